import fc from "fast-check";
import { expect, it } from "vitest";
import { performanceOf } from "./performance.ts";
import { type VirtualResult, virtualStatistics } from "./virtual-result.ts";

const totalsOf = (results: readonly number[], strategy: string, day: string): VirtualResult => ({
  day,
  strategy,
  winners: results.filter((result) => result > 0).length,
  losers: results.filter((result) => result < 0).length,
  even: results.filter((result) => result === 0).length,
  wonR: results.filter((result) => result > 0).reduce((sum, result) => sum + result, 0),
  lostR: -results.filter((result) => result < 0).reduce((sum, result) => sum + result, 0),
});

it("gives the figures of all single results, however they fell on days", () => {
  const anyResults = fc.array(
    fc.integer({ min: -20, max: 50 }).map((tenths) => tenths / 10),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.array(anyResults, { minLength: 1, maxLength: 4 }), (days) => {
      const [found] = virtualStatistics(days.map((results, index) => totalsOf(results, "rsi", `2026-11-0${index + 1}`)));
      const rest = { strategy: "rsi", regime: undefined, exitReason: "x", mfeR: undefined, maeR: undefined, barsHeld: 1 };
      const wanted = performanceOf(days.flat().map((resultR) => ({ ...rest, resultR })));
      expect(found?.count).toBe(wanted.count);
      for (const name of ["winRatePercent", "profitFactor", "expectancyR"] as const) {
        const value = wanted[name];
        if (value === undefined) expect(found?.[name]).toBeUndefined();
        else expect(found?.[name]).toBeCloseTo(value, 9);
      }
    }),
  );
});
