import { createEngine, restoreEngine } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { type Direction, oppositeOf } from "@winiswin/domain/direction";
import { mirroredCandles, seededCandles } from "@winiswin/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Features, featureDescriptions, featureNames, featureNeeds, featuresOf } from "../src/features.ts";

const candles = seededCandles({ seed: 11, count: 1500 });
const warmCandles = 500;
const facts = { spreadPercent: 0.02, fundingRatePer8Hours: 0.0001 };

/** A signal at the close with its stop 2 % away. */
const planAt = (close: number, direction: Direction) => {
  const stopDistance = (direction === "long" ? 1 : -1) * 0.02 * close;
  return { direction, confidence: 0.8, entryPrice: close, stopPrice: close - stopDistance, targetPrice: close + 2 * stopDistance };
};

function folded(given: readonly Candle[]) {
  const engine = createEngine("TESTUSDT", featureNeeds);
  for (const candle of given) engine.update(candle);
  return engine;
}

function rowOf(engine: ReturnType<typeof folded>, direction: Direction, seen: typeof facts = facts): Features {
  const row = featuresOf(engine.view, planAt(engine.view.candle.close, direction), seen);
  if (!row.ok) throw new Error(`missing: ${row.failure.join(", ")}`);
  return row.value;
}

describe("the features", () => {
  it("are 38 with different names, each with a meaning", () => {
    expect(featureNames).toHaveLength(38);
    expect(new Set(featureNames).size).toBe(38);
    expect(featureDescriptions.every(({ meaning }) => meaning.length > 10)).toBe(true);
  });

  it("lie in the range that they declare, and every one of them takes different values over time", () => {
    const engine = folded(candles.slice(0, warmCandles));
    const seen = new Map<string, Set<number>>(featureNames.map((name) => [name, new Set()]));
    let rows = 0;
    for (const [index, candle] of candles.slice(warmCandles).entries()) {
      engine.update(candle);
      const close = engine.view.candle.close;
      const plan = { ...planAt(close, index % 2 === 0 ? "long" : "short"), confidence: (index % 10) / 10 };
      const row = featuresOf(
        engine.view,
        { ...plan, targetPrice: close + (1 + (index % 3)) * (close - plan.stopPrice) },
        { spreadPercent: index % 7, fundingRatePer8Hours: (index % 5) / 1e4 },
      );
      if (!row.ok) continue;
      rows++;
      for (const { name, range } of featureDescriptions) {
        const value = row.value[name]!;
        expect(value, name).toBeGreaterThanOrEqual(range[0] ?? Number.NEGATIVE_INFINITY);
        expect(value, name).toBeLessThanOrEqual(range[1] ?? Number.POSITIVE_INFINITY);
        seen.get(name)!.add(value);
      }
    }
    expect(rows).toBeGreaterThan(500);
    expect([...seen].filter(([, values]) => values.size < 2).map(([name]) => name)).toEqual([]);
  });

  it("depend on nothing later than the close", () => {
    fc.assert(
      fc.property(fc.integer({ min: warmCandles, max: 1100 }), fc.integer({ min: 1, max: 300 }), (length, more) => {
        const prefix = candles.slice(0, length);
        const alone = folded(prefix);
        fc.pre(featuresOf(alone.view, planAt(alone.view.candle.close, "long"), facts).ok);
        const row = rowOf(alone, "long");
        const whole = createEngine("TESTUSDT", featureNeeds);
        let inPassing: Features | undefined;
        for (const [index, candle] of candles.slice(0, length + more).entries()) {
          whole.update(candle);
          if (index === length - 1) inPassing = rowOf(whole, "long");
        }
        expect(inPassing).toEqual(row);
      }),
      { numRuns: 8 },
    );
  });

  it("are the same live, with the engine saved and restored at every cycle, as recomputed from the stored candles", () => {
    let live = folded(candles.slice(0, warmCandles));
    const rows: (Features | readonly string[])[] = [];
    for (const candle of candles.slice(warmCandles, warmCandles + 60)) {
      const restored = restoreEngine("TESTUSDT", featureNeeds, live.save());
      if (!restored.ok) throw new Error(restored.failure);
      live = restored.value;
      live.update(candle);
      const row = featuresOf(live.view, planAt(candle.close, "short"), facts);
      rows.push(row.ok ? row.value : row.failure);
    }
    const again = folded(candles.slice(0, warmCandles));
    const recomputed = candles.slice(warmCandles, warmCandles + 60).map((candle) => {
      again.update(candle);
      const row = featuresOf(again.view, planAt(candle.close, "short"), facts);
      return row.ok ? row.value : row.failure;
    });
    expect(rows).toEqual(recomputed);
    expect(rows.filter((row) => !Array.isArray(row)).length).toBeGreaterThan(30);
  });

  it("of the opposite signal on the same candles differ only where a side matters", () => {
    const engine = folded(candles.slice(0, 900));
    const long = rowOf(engine, "long");
    const short = rowOf(engine, oppositeOf("long"));
    for (const name of [
      "ema20Distance",
      "hourTrend",
      "directionalDifference",
      "macdHistogram",
      "move4",
      "deltaShare",
      "deltaScore",
      "regimeTrend",
    ]) {
      expect(short[name], name).toBe(0 - long[name]!);
    }
    for (const name of ["rsi"]) expect(short[name]! + long[name]!).toBeCloseTo(100, 9);
    for (const name of ["rangePosition", "closeLocation"]) expect(short[name]! + long[name]!).toBeCloseTo(1, 9);
    for (const name of ["adx", "atrPercent", "volumeRatio", "hourOfDay", "spreadPercent", "stopDistance"])
      expect(short[name], name).toBe(long[name]);
    expect([short.backingDistance, short.obstacleDistance]).toEqual([long.obstacleDistance, long.backingDistance]);
  });

  it("of moves and flow are those of the mirrored market for the mirrored signal", () => {
    const pivot = Math.max(...candles.map(({ high }) => high));
    const [plain, mirrored] = [folded(candles.slice(0, 900)), folded(mirroredCandles(candles.slice(0, 900), pivot))];
    const [long, short] = [rowOf(plain, "long"), rowOf(mirrored, "short")];
    for (const name of [
      "ema20Distance",
      "ema200Distance",
      "move4",
      "move16",
      "macdHistogram",
      "rsi",
      "closeLocation",
      "candleRange",
      "deltaShare",
      "deltaScore",
    ]) {
      expect(short[name], name).toBeCloseTo(long[name]!, 6);
    }
    for (const name of ["hourTrend", "structureTrend", "candlesSinceBreak", "candlesSinceSweep", "volumeRatio", "regimeTrend"]) {
      expect(short[name], name).toBe(long[name]);
    }
  });

  it("are refused by name when the taker flow is unknown", () => {
    const engine = folded(seededCandles({ seed: 11, count: 900, knownFlow: false }));
    const row = featuresOf(engine.view, planAt(engine.view.candle.close, "long"), facts);
    expect(row).toEqual({ ok: false, failure: ["deltaShare", "deltaScore"] });
  });

  it("are refused by name when the book was not seen and when the usual volume is 0", () => {
    const still = candles.slice(0, 900).map((candle, index) => (index < 870 ? candle : { ...candle, volume: 0, takerBuyVolume: 0 }));
    const engine = folded(still);
    const row = featuresOf(engine.view, planAt(engine.view.candle.close, "long"), {
      spreadPercent: undefined,
      fundingRatePer8Hours: undefined,
    });
    expect(row).toEqual({ ok: false, failure: ["volumeRatio", "fundingReceived", "spreadPercent"] });
  });
});
