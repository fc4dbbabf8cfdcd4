import type { LiquidityView, SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, lastBar, risingTimeframe, type Shape, structureOf, valuesOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { liquiditySweep } from "./liquidity-sweep.ts";

const parameters = liquiditySweep.parameters.parse({});

const unswept = { bar: -1, level: Number.NaN, extreme: Number.NaN, kind: "swing" } as const;

const liquidityOf = (over: Partial<LiquidityView>): LiquidityView => ({
  above: [],
  below: [],
  sweptAbove: unswept,
  sweptBelow: { bar: lastBar, level: 100, extreme: 99.6, kind: "previousDay" },
  previousDay: undefined,
  previousWeek: undefined,
  ...over,
});

// The second candle dips to 99.6, below the previous day's low of 100, on 300 units where 100 are usual, and closes at its upper end.
const shapes: readonly Shape[] = [
  [101, 101.2, 100.1, 100.2, 100, 30],
  [100.2, 100.6, 99.6, 100.5, 300, 200],
];

const viewOf = (over: Partial<SymbolView> = {}): SymbolView =>
  handMadeView(shapes, {
    regime: { name: "range", direction: 0, candles: 10 },
    atr14: 1,
    volumeMedian20: 100,
    delta: 100,
    liquidity: liquidityOf({}),
    structure: structureOf({ range: { high: 102.1, low: 99.6, position: 0.36 } }),
    oneHour: risingTimeframe,
    ...over,
  });

describe("Liquidity Sweep", () => {
  it("buys a swept low of the previous day: points 2.5 + 2 + 2 + 1.5 + 0.68 + 1", () => {
    const signal = liquiditySweep.evaluate(viewOf(), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      level: 1,
      // 300 / 100 is the ratio at which volume is worth all its points.
      volume: 1,
      // Takers sold (2 x 30 - 100 < 0) and now buy (+100).
      delta: 1,
      // (100.5 - 99.6) / (100.6 - 99.6) = 0.9 of the range.
      rejection: 1,
      // 64 % of the range lies ahead: (0.64 - 0.3) / 0.5.
      location: 0.68,
      trend1h: 1,
    });
    expect(signal.score).toBeCloseTo(2.5 + 2 + 2 + 1.5 + 0.68 + 1, 6);
    // 0.1 ATR beyond the sweep at 99.6, which is 1 away; without a pool above the target is 2R.
    expect(signal.stopPrice).toBeCloseTo(99.5, 9);
    expect(signal.targetPrice).toBeCloseTo(102.5, 9);
    expect(signal.reasons[0]).toBe("long: swept the low of the previous day at 100 to 99.6 and closed back");
  });

  it("aims at the nearest opposite pool that is at least 1 ATR away, not at a round number", () => {
    const above = [
      { kind: "pool", price: 101, bar: 900 },
      { kind: "round", price: 101.8, bar: 900 },
      { kind: "asia", price: 103, bar: 900 },
      { kind: "pool", price: 104, bar: 900 },
    ] as const;
    expect(liquiditySweep.evaluate(viewOf({ liquidity: liquidityOf({ above }) }), parameters)!.targetPrice).toBe(103);
  });

  it("gives nothing for delta while the taker flow is unknown, and does not make the rest worth more", () => {
    const signal = liquiditySweep.evaluate(viewOf({ delta: undefined }), parameters)!;
    expect(valuesOf(signal.components).delta).toBe(0);
    expect(signal.score).toBeCloseTo(7.68, 6);
  });

  it("names the first thing that is missing: regime, sweep, volume, stop, score", () => {
    const unmet = (over: Partial<SymbolView>): unknown => liquiditySweep.explain(viewOf(over), parameters).long.unmet?.name;
    const sweptRound = { bar: lastBar, level: 100, extreme: 99.6, kind: "round" } as const;
    expect(unmet({ regime: { name: "volatile", direction: 0, candles: 5 } })).toBe("regime");
    expect(unmet({ regime: { name: "trend", direction: -1, candles: 5 } })).toBe("regime");
    expect(unmet({ liquidity: liquidityOf({ sweptBelow: unswept }) })).toBe("sweep");
    expect(unmet({ liquidity: liquidityOf({ sweptBelow: sweptRound }) })).toBe("sweep");
    expect(unmet({ volumeMedian20: 201 })).toBe("volume");
    // 1.0 is 4 ATR of 0.25 away.
    expect(unmet({ atr14: 0.25 })).toBe("stop");
    expect(
      unmet({ oneHour: { ...risingTimeframe, close: 90, ema20: 90, structureTrend: -1 }, delta: undefined, volumeMedian20: 200 }),
    ).toBe("score");
    expect(unmet({})).toBeUndefined();
  });

  it("sells the same market upside down", () => {
    const signal = liquiditySweep.evaluate(mirroredView(viewOf(), 100), parameters)!;
    expect([signal.direction, signal.score]).toEqual(["short", 9.68]);
    expect(signal.stopPrice).toBeCloseTo(100.5, 9);
  });
});
