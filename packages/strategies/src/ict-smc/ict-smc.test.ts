import { createEngine, type SymbolView } from "@winiswin/analysis";
import { mirroredCandles, seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import type { StrategyOpinion } from "../strategy.ts";
import { weights } from "./confidence.ts";
import { ictSmc } from "./ict-smc.ts";
import { ictSmcParameters } from "./parameters.ts";

const parameters = ictSmcParameters.parse({});

function forEachWarmView(
  candles: ReturnType<typeof seededCandles>,
  visit: (view: SymbolView, index: number) => void,
  given = parameters,
): void {
  const engine = createEngine("TESTUSDT", [...ictSmc.needs, ...(ictSmc.alsoNeeds?.(given) ?? [])]);
  candles.forEach((candle, index) => {
    engine.update(candle);
    if (engine.isWarm()) visit(engine.view, index);
  });
}

describe("ICT/SMC", () => {
  it("weighs its five components to 1, and cannot reach 0.70 without the 1h trend", () => {
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 12);
    expect(sum - weights.trend1h).toBeLessThan(parameters.minimumConfidence);
  });

  it("signals only at or above the threshold, with a trigger, a 1h trend, and a stop of 0.5 to 2 ATR on the right side", () => {
    let signals = 0;
    forEachWarmView(seededCandles({ seed: 21, count: 6000, startPrice: 1000 }), (view) => {
      const signal = ictSmc.evaluate(view, parameters);
      if (signal === undefined) return;
      signals++;
      const sign = signal.direction === "long" ? 1 : -1;
      const weighted = signal.components.reduce((sum, { value, weight }) => sum + value * weight, 0);
      expect(signal.confidence).toBeCloseTo(weighted, 6);
      expect(signal.confidence).toBeGreaterThanOrEqual(0.7);
      expect(signal.score).toBeCloseTo(signal.confidence * 10, 12);
      expect(signal.components.find(({ name }) => name === "trend1h")!.value).toBeGreaterThan(0);
      const stopInAtr = ((signal.entryPrice - signal.stopPrice) * sign) / signal.atr;
      expect(stopInAtr).toBeGreaterThanOrEqual(0.5 - 1e-9);
      expect(stopInAtr).toBeLessThanOrEqual(2 + 1e-9);
      if (signal.targetPrice !== undefined) expect((signal.targetPrice - signal.entryPrice) * sign).toBeGreaterThan(0);
      expect(signal.reasons.length).toBeGreaterThan(1);
    });
    expect(signals).toBeGreaterThan(20);
  });

  it("explains every candle: the opinion holds the signal that evaluate gives, or names the first unmet condition", () => {
    const unmet = new Set<string>();
    forEachWarmView(seededCandles({ seed: 22, count: 2500 }), (view) => {
      const opinion = ictSmc.explain(view, parameters);
      expect(opinion.signal).toEqual(ictSmc.evaluate(view, parameters));
      if (opinion.signal === undefined) expect(opinion.long.unmet ?? opinion.short.unmet).toBeDefined();
      else expect(opinion[opinion.signal.direction].unmet).toBeUndefined();
      for (const side of [opinion.long, opinion.short]) if (side.unmet !== undefined) unmet.add(side.unmet.name);
    });
    expect([...unmet].sort()).toEqual(["confidence", "trend1h", "trigger"]);
  });

  it("judges a mirrored market mirrored", () => {
    // A pivot far above the moves keeps ATR percent nearly equal on both sides; whole ticks make the reflection exact.
    const pivot = 1_048_576;
    const base = seededCandles({ seed: 23, count: 4000, startPrice: 2000, tickSize: 1, regimes: ["up", "down", "range"] });
    const candles = base.map((candle) => ({
      ...candle,
      open: candle.open + pivot - 2000,
      high: candle.high + pivot - 2000,
      low: candle.low + pivot - 2000,
      close: candle.close + pivot - 2000,
    }));
    const opinions: StrategyOpinion[] = [];
    forEachWarmView(candles, (view) => opinions.push(ictSmc.explain(view, parameters)));
    const mirrored: StrategyOpinion[] = [];
    forEachWarmView(mirroredCandles(candles, pivot), (view) => mirrored.push(ictSmc.explain(view, parameters)));
    const values = (opinion: StrategyOpinion, side: "long" | "short"): (string | number)[] => [
      opinion[side].unmet?.name === "trigger" ? "no trigger" : "trigger",
      ...opinion[side].components.filter(({ name }) => name !== "volatility").map(({ value }) => value),
    ];
    expect(opinions.length).toBeGreaterThan(3000);
    expect(mirrored.map((opinion) => values(opinion, "long"))).toEqual(opinions.map((opinion) => values(opinion, "short")));
    expect(mirrored.map((opinion) => values(opinion, "short"))).toEqual(opinions.map((opinion) => values(opinion, "long")));
    const signals = opinions.filter(({ signal }) => signal !== undefined).length;
    expect(signals).toBeGreaterThan(20);
    let [same, both] = [0, 0];
    opinions.forEach(({ signal }, index) => {
      const other = mirrored[index]!.signal;
      if (signal === undefined || other === undefined) return;
      expect(other.direction).not.toBe(signal.direction);
      both++;
      if (Math.abs(other.stopPrice - (2 * pivot - signal.stopPrice)) < 1e-6) same++;
    });
    expect(same).toBe(both);
  });

  it("puts its stop behind a strong zone within reach when told from which score, else behind the structure, and says which", () => {
    const heldBy = { zone: 0, structure: 0, distance: 0 };
    const withZones = ictSmcParameters.parse({ leastZoneScore: 60 });
    const judgeStop = (view: SymbolView) => {
      const signal = ictSmc.evaluate(view, withZones);
      if (signal === undefined) return;
      const { atr, entryPrice, stopPrice } = signal;
      const sign = signal.direction === "long" ? 1 : -1;
      const distances = view.zones
        .filter((zone) => zone.role === sign && !zone.isBroken && zone.score >= 60)
        .map((zone) => (entryPrice - (sign === 1 ? zone.bottom : zone.top)) * sign)
        .filter((distance) => distance > 0 && distance <= 1.9 * atr);
      const told = signal.reasons.at(-1)!;
      if (distances.length > 0) {
        heldBy.zone++;
        expect(told).toMatch(/^stop behind the (support|resistance) zone that ends at /);
        expect((entryPrice - stopPrice) * sign).toBeCloseTo(Math.max(0.5 * atr, Math.min(...distances) + 0.1 * atr), 9);
      } else if (told.startsWith("stop by ATR")) {
        heldBy.distance++;
        expect((entryPrice - stopPrice) * sign).toBeCloseTo(2 * atr, 9);
      } else {
        heldBy.structure++;
        expect(told).toMatch(/^stop behind .*, no zone within reach$/);
      }
    };
    forEachWarmView(seededCandles({ seed: 21, count: 6000, startPrice: 1000 }), judgeStop, withZones);
    expect(heldBy.zone).toBeGreaterThan(5);
    expect(heldBy.structure).toBeGreaterThan(5);
  });

  it("refuses unknown parameter names and values out of range", () => {
    expect(ictSmcParameters.safeParse({ minimumConfidnce: 0.5 }).success).toBe(false);
    expect(ictSmcParameters.safeParse({ minimumConfidence: 1.5 }).success).toBe(false);
  });
});
