import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RankWindow } from "./rank-window.ts";

describe("RankWindow", () => {
  it("gives the median and the rank that sorting the last values gives", () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 10, noNaN: true }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(value, { minLength: 12, maxLength: 60 }), (length, values) => {
        const window = new RankWindow(length);
        values.forEach((latest, index) => {
          window.update(latest);
          if (index + 1 < length) {
            expect(window.median).toBeNaN();
            return;
          }
          const sorted = values.slice(index + 1 - length, index + 1).sort((a, b) => a - b);
          const below = sorted.filter((one) => one < latest).length;
          const equal = sorted.filter((one) => one === latest).length;
          expect(window.median).toBe((sorted[(length - 1) >> 1]! + sorted[length >> 1]!) / 2);
          expect(window.percentile).toBeCloseTo((100 * (below + equal / 2)) / length, 9);
        });
      }),
    );
  });
});
