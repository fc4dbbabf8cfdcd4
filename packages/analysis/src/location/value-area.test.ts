import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValueArea } from "./value-area.ts";

/** Borders by the definition: the larger of the next two rows above and below, equals up, until 70 % is inside. */
function grown(bins: Float64Array, lowest: number, highest: number, start: number): { low: number; high: number } {
  const row = (bin: number): number => bins[bin] ?? 0;
  const wanted = bins.reduce((sum, units) => sum + units, 0) * 0.7;
  let low = start;
  let high = start;
  let inside = row(start);
  while (inside < wanted && (low > lowest || high < highest)) {
    const above = high < highest ? row(high + 1) + row(high + 2) : -1;
    const below = low > lowest ? row(low - 1) + row(low - 2) : -1;
    if (above >= below) high = Math.min(high + 2, highest);
    else low = Math.max(low - 2, lowest);
    inside += Math.max(above, below);
  }
  return { low, high };
}

describe("ValueArea", () => {
  it("finds from any former borders what growing from the POC finds", () => {
    const profile = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(fc.array(profile, { minLength: 1, maxLength: 6 }), (profiles) => {
        const area = new ValueArea();
        for (const units of profiles) {
          const bins = Float64Array.from([0, 0, ...units, 0, 0]);
          const lowest = bins.findIndex((one) => one > 0);
          if (lowest < 0) continue;
          const highest = bins.findLastIndex((one) => one > 0);
          const most = bins.indexOf(Math.max(...bins));
          area.find(
            bins,
            lowest,
            highest,
            most,
            bins.reduce((sum, one) => sum + one, 0),
          );
          expect({ low: area.low, high: area.high }).toEqual(grown(bins, lowest, highest, most));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
