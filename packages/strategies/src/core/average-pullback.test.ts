import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, risingTimeframe, type Shape, valuesOf, vwapAt } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { averagePullback } from "./average-pullback.ts";

const parameters = averagePullback.parameters.parse({});

// The last candle dips to 99.95, EMA20 and the daily VWAP lie at 100, and it closes at 100.9.
const shapes: readonly Shape[] = [
  [101, 101.2, 100.4, 100.5],
  [100.5, 101, 99.95, 100.9],
];

const viewOf = (over: Partial<SymbolView> = {}): SymbolView =>
  handMadeView(shapes, {
    regime: { name: "trend", direction: 1, candles: 10 },
    atr14: 1,
    ema20: 100,
    ema50: 99.5,
    ema200: 97,
    dailyVwap: vwapAt(100),
    vwapFromLow: vwapAt(98),
    vwapFromHigh: undefined,
    directionalMovement: { adx: 28, plusDi: 30, minusDi: 10 },
    rsi14: 55,
    oneHour: risingTimeframe,
    ...over,
  });

describe("MA/VWAP Pullback", () => {
  it("buys the return to EMA20 and the daily VWAP in a stacked trend: points 1.2 + 0.75 + 1.6 + 1.5 + 1 + 2", () => {
    const signal = averagePullback.evaluate(viewOf(), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      // ADX 28 between 10 and 40.
      trend: 0.6,
      // EMA20 is half an ATR above EMA50.
      spread: 0.5,
      // Two of three lines; the anchored VWAP at 98 was not reached.
      lines: 0.8,
      // (100.9 - 99.95) / (101 - 99.95) = 0.905 of the range.
      rejection: 1,
      momentum: 1,
      trend1h: 1,
    });
    expect(signal.score).toBeCloseTo(8.05, 6);
    // 0.1 ATR behind the low of the pullback.
    expect(signal.stopPrice).toBeCloseTo(99.85, 9);
    expect(signal.reasons[0]).toBe("long: pullback to EMA20, daily VWAP in a stacked trend, closed back");
  });

  it("names the first thing that is missing: regime, stack, pullback, score", () => {
    const unmet = (over: Partial<SymbolView>): unknown => averagePullback.explain(viewOf(over), parameters).long.unmet?.name;
    expect(unmet({ regime: { name: "range", direction: 0, candles: 8 } })).toBe("regime");
    expect(unmet({ regime: { name: "trend", direction: -1, candles: 8 } })).toBe("regime");
    expect(unmet({ ema50: 100.1 })).toBe("stack");
    // 99.95 is 0.15 above a line at 99.8, more than the tolerance of 0.1 ATR.
    expect(unmet({ ema20: 99.8, dailyVwap: vwapAt(99.8) })).toBe("pullback");
    expect(unmet({ rsi14: 70, oneHour: { ...risingTimeframe, structureTrend: -1, close: 90, ema20: 90 } })).toBe("score");
  });

  it("does without the anchored VWAP while there is none", () => {
    expect(averagePullback.evaluate(viewOf({ vwapFromLow: undefined }), parameters)!.score).toBeCloseTo(8.05, 6);
  });

  it("sells the same market upside down", () => {
    const signal = averagePullback.evaluate(mirroredView(viewOf(), 100), parameters)!;
    expect([signal.direction, signal.score]).toEqual(["short", 8.05]);
  });
});
