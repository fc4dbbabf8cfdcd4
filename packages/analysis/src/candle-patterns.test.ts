import { describe, expect, it } from "vitest";
import { HandMade, type Shape } from "../test/hand-made.ts";
import { candlePatterns } from "./candle-patterns.ts";

function patternsOf(shapes: readonly Shape[]): string[] {
  const made = new HandMade();
  made.fold(shapes, () => undefined);
  return candlePatterns(made.ring).map(({ name, direction }) => `${name} ${direction}`);
}

describe("candlestick patterns", () => {
  it("recognises an engulfing candle", () => {
    expect(
      patternsOf([
        [101, 101.5, 99.5, 100],
        [99.8, 102.5, 99.6, 102],
      ]),
    ).toContain("bullish engulfing long");
    expect(
      patternsOf([
        [100, 101.5, 99.5, 101],
        [101.2, 101.4, 98.5, 99],
      ]),
    ).toContain("bearish engulfing short");
  });

  it("sees nothing in a quiet rise, nor across a gap in the candles", () => {
    expect(
      patternsOf([
        [100, 101.2, 99.8, 101],
        [101, 102.2, 100.8, 102],
      ]),
    ).toEqual([]);
    const made = new HandMade();
    made.fold([[101, 101.5, 99.5, 100]], () => undefined);
    made.skip(1);
    made.fold([[99.8, 102.5, 99.6, 102]], () => undefined);
    expect(candlePatterns(made.ring)).toEqual([]);
  });
});
