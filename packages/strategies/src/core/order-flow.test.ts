import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, lastBar, risingTimeframe, type Shape, valuesOf, vwapAt, zoneOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { orderFlow } from "./order-flow.ts";

const parameters = orderFlow.parameters.parse({});

const silent = { bullish15m: undefined, bearish15m: undefined, bullish1h: undefined, bearish1h: undefined };

const shapes: readonly Shape[] = [
  [100, 100.5, 99.4, 100],
  [100, 100.5, 99.7, 100.4],
];

const viewOf = (over: Partial<SymbolView> = {}): SymbolView =>
  handMadeView(shapes, {
    regime: { name: "trend", direction: 1, candles: 10 },
    atr14: 1,
    deltaScore: 3,
    divergences: silent,
    dailyVwap: vwapAt(100),
    zones: [],
    oneHour: risingTimeframe,
    ...over,
  });

describe("Order Flow", () => {
  it("buys with takers who push by 3 deviations above the VWAP: points 4.8 + 0 + 1 + 0 + 1", () => {
    const signal = orderFlow.evaluate(viewOf(), parameters)!;
    // From 0.6 at 2 deviations to 1 at 4: 0.8 at 3. The close lies 0.4 deviations beyond the VWAP.
    expect(valuesOf(signal.components)).toEqual({ push: 0.8, divergence: 0, vwap: 1, zone: 0, trend1h: 1 });
    expect(signal.score).toBeCloseTo(6.8, 6);
    // The low of the last candles is 99.4: 1.0 away, and 0.1 ATR behind it.
    expect(signal.stopPrice).toBeCloseTo(99.3, 9);
    expect(signal.targetPrice).toBeCloseTo(102.6, 9);
  });

  it("buys a fresh divergence of 15m and 1h at a support zone without any push: points 6 + 1 + 1 + 0.7 + 1", () => {
    const fresh = { bar: lastBar - 2, price: 99.4 };
    const over = { deltaScore: -1, divergences: { ...silent, bullish15m: fresh, bullish1h: fresh }, zones: [zoneOf(99, 99.5)] };
    const signal = orderFlow.evaluate(viewOf(over), parameters)!;
    expect(valuesOf(signal.components)).toEqual({ push: 1, divergence: 1, vwap: 1, zone: 0.7, trend1h: 1 });
    expect(signal.score).toBeCloseTo(9.7, 6);
  });

  it("names what is missing, and says that an unknown flow is unknown", () => {
    const opinion = (over: Partial<SymbolView>) => orderFlow.explain(viewOf(over), parameters).long.unmet;
    expect(opinion({ deltaScore: undefined })).toEqual({
      name: "flow",
      needed: "delta score >= 2 on the side of the daily VWAP, or a new divergence at a zone",
      actual: "delta score unknown, no new divergence",
    });
    expect(opinion({ deltaScore: 1.9 })?.name).toBe("flow");
    expect(opinion({ dailyVwap: vwapAt(101) })?.name).toBe("flow");
    const old = { bar: lastBar - 3, price: 99.4 };
    expect(opinion({ deltaScore: 0, divergences: { ...silent, bullish1h: old }, zones: [zoneOf(99, 99.5)] })?.name).toBe("flow");
    expect(opinion({ deltaScore: 0, divergences: { ...silent, bullish1h: { ...old, bar: lastBar } } })?.actual).toContain(
      "away from any zone",
    );
    expect(opinion({ regime: { name: "squeeze", direction: 0, candles: 3 } })?.name).toBe("regime");
  });

  it("sells the same market upside down", () => {
    const signal = orderFlow.evaluate(mirroredView(viewOf(), 100), parameters)!;
    expect([signal.direction, signal.score]).toEqual(["short", 6.8]);
  });
});
