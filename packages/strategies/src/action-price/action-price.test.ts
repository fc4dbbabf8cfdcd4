import type { SymbolView } from "@winiswin/analysis";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handMadeView, risingTimeframe, type Shape, valuesOf, vwapAt, zoneOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { actionPrice } from "./action-price.ts";
import { points } from "./components.ts";
import { actionPriceParameters } from "./parameters.ts";

const parameters = actionPriceParameters.parse({});

// Down to the support zone 99 to 100, first touched by the last candle: a pin bar from 100.3 down to 99.5 and back to 100.4.
const shapes: readonly Shape[] = [
  [102, 102.2, 101.4, 101.5],
  [101.5, 101.6, 100.9, 101],
  [101, 101.1, 100.2, 100.3],
  [100.3, 100.5, 99.5, 100.4, 170],
];

const viewOf = (over: Partial<SymbolView> = {}, given: readonly Shape[] = shapes): SymbolView =>
  handMadeView(given, {
    regime: { name: "range", direction: 0, candles: 10 },
    atr14: 1,
    zones: [zoneOf(99, 100, { score: 80, class: "key", timeframe: "1h", meanReaction: 1.5 })],
    vwapFromLow: vwapAt(100),
    vwapFromHigh: vwapAt(106),
    ema9: 101,
    ema21: 100.5,
    ema50: 99,
    donchian: { upper: 103, lower: 99 },
    volumeMedian20: 100,
    oneHour: risingTimeframe,
    fourHours: { ...risingTimeframe, timeframe: "4h" },
    ...over,
  });

describe("Action Price", () => {
  it("grades a first touch of a key zone above the anchored VWAP in eleven components", () => {
    const signal = actionPrice.evaluate(viewOf(), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      zoneStrength: 0.8,
      // 1.5 of 2 ATR.
      zoneReaction: 0.75,
      touchFreshness: 1,
      vwapSide: 1,
      // 0.4 ATR from the VWAP.
      vwapDistance: 1,
      // In order, and 2 ATR wide: (4 - 2) / 2.5.
      emaFan: 0.8,
      // 1.4 of 4: 35 % of the way; (0.8 - 0.35) / 0.5.
      closePosition: 0.9,
      // The wick of 0.8 is four fifths of the range, the close in the outer third.
      candlePattern: 1,
      volume: 1,
      // It reached the middle of the zone.
      retestDepth: 1,
      higherTimeframes: 1,
      volatileRegime: 0,
    });
    expect(signal.score).toBeCloseTo(1.2 + 0.75 + 0.5 + 1 + 0.75 + 0.8 + 0.675 + 1 + 0.75 + 0.75 + 1, 6);
    expect(signal.reasons).toContain("a strong signal");
    // 0.1 ATR behind the zone: 1.5 away. Without a further zone the targets are 1R and 2R.
    expect(signal.stopPrice).toBeCloseTo(98.9, 9);
    expect(signal.firstTargetPrice).toBeCloseTo(101.9, 9);
    expect(signal.targetPrice).toBeCloseTo(103.4, 9);
  });

  it("aims at the next zone beyond 1R, and passes over a nearer one", () => {
    const support = zoneOf(99, 100, { score: 80 });
    const zones = [support, zoneOf(101, 101.4, { role: -1 }), zoneOf(102.6, 103, { role: -1 }), zoneOf(105, 106, { role: -1 })];
    expect(actionPrice.evaluate(viewOf({ zones }), parameters)!.targetPrice).toBe(102.6);
  });

  it("is standard from 6 and loses a point in a volatile regime", () => {
    const weak = { zones: [zoneOf(99, 100, { score: 40, meanReaction: 0 })], ema9: 98, volumeMedian20: 400 };
    const calm = actionPrice.evaluate(viewOf(weak), parameters)!;
    expect(calm.reasons).toContain("a standard signal");
    const volatile = actionPrice.explain(viewOf({ ...weak, regime: { name: "volatile", direction: 0, candles: 5 } }), parameters).long;
    expect(volatile.confidence).toBeCloseTo(calm.confidence - 0.1, 9);
    expect(volatile.unmet?.name).toBe("score");
  });

  it("grades an unknown anchored VWAP with nothing", () => {
    const signal = actionPrice.evaluate(viewOf({ vwapFromLow: undefined }), parameters)!;
    expect(valuesOf(signal.components)).toMatchObject({ vwapSide: 0, vwapDistance: 0 });
    expect(signal.score).toBeCloseTo(9.175 - 1.75, 6);
  });

  it("refuses a stop wider than 3 ATR or 5 %", () => {
    const unmet = (view: SymbolView) => actionPrice.explain(view, parameters).long.unmet;
    // 1.4 to the bottom and 0.1 ATR: 3.1 ATR of 0.46.
    expect(unmet(viewOf({ atr14: 0.46 }))).toMatchObject({ name: "stop", needed: "at most 3 ATR away" });
    expect(unmet(viewOf({ atr14: 0.5 }))?.name).not.toBe("stop");
    // At a price of 20 the same 1.5 is 7.5 %.
    const low = shapes.map(
      ([open, high, lowest, close, volume]) => [open - 80, high - 80, lowest - 80, close - 80, volume ?? 100] as const,
    );
    expect(unmet(viewOf({ zones: [zoneOf(19, 20)], vwapFromLow: vwapAt(20) }, low))).toMatchObject({
      name: "stop",
      needed: "at most 5 % away",
    });
  });

  it("names a missing zone and a candle that does not turn", () => {
    const unmet = (view: SymbolView) => actionPrice.explain(view, parameters).long.unmet?.name;
    expect(unmet(viewOf({ zones: [] }))).toBe("zone");
    expect(unmet(viewOf({ zones: [zoneOf(99, 100, { isBroken: true })] }))).toBe("zone");
    expect(unmet(viewOf({ zones: [zoneOf(99, 100, { role: -1 })] }))).toBe("zone");
    expect(unmet(viewOf({}, [...shapes.slice(0, 3), [100.3, 100.5, 99.5, 100.2, 170]]))).toBe("turn");
  });

  it("sells the same market upside down", () => {
    const signal = actionPrice.evaluate(mirroredView(viewOf(), 100), parameters)!;
    expect(signal.direction).toBe("short");
    expect(signal.score).toBeCloseTo(9.175, 6);
  });

  it("keeps each component within its documented points whatever the numbers, NaN included", () => {
    const names = Object.keys(points) as (keyof typeof points)[];
    expect(names.filter((name) => points[name] > 0)).toHaveLength(11);
    const price = fc.oneof(fc.double({ min: 90, max: 110, noNaN: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        price,
        price,
        price,
        price,
        price,
        price,
        fc.double({ min: 0, max: 140 }),
        (ema9, ema21, ema50, vwap, upper, lower, score) => {
          const zones = [zoneOf(99, 100, { score, meanReaction: score / 10 })];
          const opinion = actionPrice.explain(
            viewOf({ ema9, ema21, ema50, vwapFromLow: vwapAt(vwap), donchian: { upper, lower }, zones }),
            parameters,
          );
          for (const { name, value, weight } of opinion.long.components) {
            const at = value * weight * 10;
            const most = points[name as keyof typeof points];
            expect(at).toBeGreaterThanOrEqual(Math.min(0, most));
            expect(at).toBeLessThanOrEqual(Math.max(0, most) + 1e-9);
          }
          expect(opinion.long.confidence).toBeGreaterThanOrEqual(0);
          expect(opinion.long.confidence).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
