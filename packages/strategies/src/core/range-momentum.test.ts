import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, risingTimeframe, type Shape, structureOf, swingAt, valuesOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { rangeMomentum } from "./range-momentum.ts";

const parameters = rangeMomentum.parameters.parse({});

// A pin bar: from 100.9 down to 99.1 and back to 101, the wick 1.8 of a range of 2.
const shapes: readonly Shape[] = [[100.9, 101.1, 99.1, 101, 200]];

const viewOf = (over: Partial<SymbolView> = {}): SymbolView =>
  handMadeView(shapes, {
    regime: { name: "volatile", direction: 0, candles: 10 },
    atr14: 1,
    atrMedian100: 0.625,
    rsi14: 65,
    donchian: { upper: 101.5, lower: 95 },
    volumeMedian20: 100,
    structure: structureOf({ swingLow: swingAt(99.4), swingHigh: swingAt(101.4) }),
    oneHour: risingTimeframe,
    fourHours: { ...risingTimeframe, timeframe: "4h" },
    ...over,
  });

describe("ATR Momentum", () => {
  it("buys expanded ranges above both long averages, with half a point for the pin bar: 1.67 + 2 + 2 + 1 + 1 + 0.5", () => {
    const signal = rangeMomentum.evaluate(viewOf(), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      // 1 / 0.625 = 1.6 medians: (1.6 - 0.8) / 1.2.
      expansion: 0.667,
      trend1h: 1,
      // (101 - 99.1) / 2 = 0.95 of the range.
      candle: 1,
      // Half an ATR short of the channel.
      breakout: 0.5,
      volume: 1,
      pinBar: 1,
    });
    expect(signal.score).toBeCloseTo(2.5 * (0.8 / 1.2) + 2 + 2 + 1 + 1 + 0.5, 5);
    // 0.1 ATR behind the swing low at 99.4, nearer than 2 ATR.
    expect(signal.stopPrice).toBeCloseTo(99.3, 9);
    expect(signal.targetPrice).toBeCloseTo(104.4, 9);
  });

  it("stops at 2 ATR when the swing is farther", () => {
    expect(rangeMomentum.evaluate(viewOf({ structure: structureOf({ swingLow: swingAt(90) }) }), parameters)!.stopPrice).toBe(99);
  });

  it("names the first thing that is missing: regime, expansion, longTrend, overextension", () => {
    const unmet = (over: Partial<SymbolView>): unknown => rangeMomentum.explain(viewOf(over), parameters).long.unmet?.name;
    expect(unmet({ regime: { name: "squeeze", direction: 0, candles: 4 } })).toBe("regime");
    expect(unmet({ atrMedian100: 0.72 })).toBe("expansion");
    expect(unmet({ fourHours: { ...risingTimeframe, ema200: 111 } })).toBe("longTrend");
    // A young symbol has no EMA200 on 4h.
    expect(unmet({ fourHours: { ...risingTimeframe, ema200: Number.NaN } })).toBe("longTrend");
    expect(unmet({ rsi14: 78 })).toBe("overextension");
    expect(unmet({ rsi14: 77.9 })).toBeUndefined();
  });

  it("sells the same market upside down, too late at an RSI of 22", () => {
    expect(rangeMomentum.evaluate(mirroredView(viewOf(), 100), parameters)!.direction).toBe("short");
    expect(rangeMomentum.explain(mirroredView(viewOf({ rsi14: 78 }), 100), parameters).short.unmet?.needed).toBe("RSI > 22");
  });
});
