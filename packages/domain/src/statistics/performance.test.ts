import { aTrade } from "@winiswin/testkit/trades";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usdt } from "../decimal.ts";
import { barsHeldBy, type ClosedResult, performanceByStrategy, performanceOf } from "./performance.ts";
import { tradeStatistics } from "./trade-statistics.ts";

const aResult = (over: Partial<ClosedResult> = {}): ClosedResult => ({
  strategy: "ict-smc",
  regime: "trend",
  exitReason: "stopLoss",
  resultR: -1,
  mfeR: 0.5,
  maeR: -1,
  barsHeld: 4,
  ...over,
});

const anyResult: fc.Arbitrary<ClosedResult> = fc.record({
  strategy: fc.constantFrom("ict-smc", "rsi", "order-flow"),
  regime: fc.constantFrom("trend", "range", undefined),
  exitReason: fc.constantFrom("stopLoss", "takeProfit"),
  resultR: fc.integer({ min: -40, max: 40 }).map((tenths) => tenths / 10 + 0),
  mfeR: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: undefined }),
  maeR: fc.option(fc.double({ min: -5, max: 0, noNaN: true }), { nil: undefined }),
  barsHeld: fc.integer({ min: 1, max: 200 }),
});

describe("performance", () => {
  it("is what a person computes by hand", () => {
    const results = [
      aResult(),
      aResult({ resultR: 2, exitReason: "takeProfit", mfeR: 2.5, maeR: -0.5, barsHeld: 8 }),
      aResult({ resultR: 0 }),
    ];
    expect(performanceOf(results)).toEqual({
      count: 3,
      winRatePercent: 50,
      profitFactor: 2,
      expectancyR: 1 / 3,
      meanMfeR: 3.5 / 3,
      meanMaeR: -2.5 / 3,
      meanBarsHeld: 16 / 3,
    });
  });

  it("says nothing where there is nothing to say", () => {
    const nothing = { winRatePercent: undefined, profitFactor: undefined, expectancyR: undefined };
    expect(performanceOf([])).toEqual({ count: 0, ...nothing, meanMfeR: undefined, meanMaeR: undefined, meanBarsHeld: undefined });
    expect(performanceOf([aResult({ resultR: 1 })])).toMatchObject({ winRatePercent: 100, profitFactor: undefined, expectancyR: 1 });
  });

  it("of unwatched positions leaves the excursions out of the mean", () => {
    expect(performanceOf([aResult({ mfeR: undefined, maeR: undefined }), aResult({ mfeR: 2 })])).toMatchObject({
      meanMfeR: 2,
      meanMaeR: -1,
    });
  });

  it("has every position in one strategy, one exit reason and at most one regime, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(anyResult), (results) => {
        const strategies = performanceByStrategy(results);
        const countOf = (entries: readonly { readonly count: number }[]) => entries.reduce((total, { count }) => total + count, 0);
        expect(countOf(strategies.map(({ all }) => all))).toBe(results.length);
        for (const { strategy, all, byRegime, byExitReason } of strategies) {
          const own = results.filter((result) => result.strategy === strategy);
          expect(countOf(byExitReason)).toBe(all.count);
          expect(countOf(byRegime)).toBe(own.filter(({ regime }) => regime !== undefined).length);
        }
        const names = (entries: typeof strategies) => entries.map(({ strategy, all }) => [strategy, all.count]);
        expect(names(performanceByStrategy([...results].reverse()))).toEqual(names(strategies));
      }),
    );
  });

  it("agrees with the statistics of trades on what a win and the expectancy are", () => {
    fc.assert(
      fc.property(fc.array(anyResult), (results) => {
        const trades = results.map(({ resultR }) => aTrade({ netProfit: usdt(String(resultR * 10)), rMultiple: resultR }));
        const [figures, performance] = [tradeStatistics(trades), performanceOf(results)];
        expect(figures.winRatePercent).toBe(performance.winRatePercent);
        expect(figures.expectancyR).toBe(performance.expectancyR);
        if (performance.profitFactor === undefined) expect(figures.profitFactor).toBeUndefined();
        else expect(figures.profitFactor).toBeCloseTo(performance.profitFactor, 9);
      }),
    );
  });
});

describe("the candles of a trade", () => {
  it("are those it was open in, the first and the last included", () => {
    const minutes = (count: number) => count * 60_000;
    expect(barsHeldBy({ openedAtMs: minutes(1), closedAtMs: minutes(14) })).toBe(1);
    expect(barsHeldBy({ openedAtMs: minutes(14), closedAtMs: minutes(16) })).toBe(2);
    expect(barsHeldBy({ openedAtMs: minutes(0), closedAtMs: minutes(60) })).toBe(5);
  });
});
