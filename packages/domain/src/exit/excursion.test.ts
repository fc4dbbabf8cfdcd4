import { describe, expect, it } from "vitest";
import { excursionOf } from "./excursion.ts";

const long = { direction: "long", entryPrice: 100, risk: 2 } as const;

describe("the excursion", () => {
  it("is how far the price went for and against the position, in R", () => {
    const minutes = [
      { high: 101, low: 99 },
      { high: 104, low: 100 },
    ];
    expect(excursionOf(long, minutes, [103])).toEqual({ mfeR: 2, maeR: -0.5 });
    expect(excursionOf({ ...long, direction: "short" }, minutes, [103])).toEqual({ mfeR: 0.5, maeR: -2 });
  });

  it("counts the prices of the exits, and is never on the wrong side of 0", () => {
    expect(excursionOf(long, [], [98])).toEqual({ mfeR: 0, maeR: -1 });
    expect(excursionOf(long, [{ high: 103, low: 101 }], [102])).toEqual({ mfeR: 1.5, maeR: 0 });
  });

  it("is unknown when nobody watched", () => {
    expect(excursionOf(long, [], [])).toBeUndefined();
    expect(excursionOf({ ...long, risk: 0 }, [], [100])).toBeUndefined();
  });
});
