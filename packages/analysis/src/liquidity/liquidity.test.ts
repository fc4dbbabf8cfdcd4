import { describe, expect, it } from "vitest";
import { HandMade, type Shape, zigzag } from "../../test/hand-made.ts";
import { CandleRing } from "../candle-ring.ts";
import { VolumeWeightedPrices } from "../location/volume-weighted-prices.ts";
import { Swings } from "../structure/swings.ts";
import { LevelBook, levelKinds } from "./level-book.ts";
import { Liquidity } from "./liquidity.ts";
import { previousDay, previousWeek } from "./period-levels.ts";
import { nearestRoundNumber, roundNumberStep } from "./round-number.ts";

const atr = 2;

/** A book with one high at 110, and what candles do to it. */
function sweptBy(shapes: readonly Shape[]): { kinds: string[]; book: LevelBook } {
  const made = new HandMade();
  const book = new LevelBook(1, 8);
  book.add(levelKinds.indexOf("pool"), 110, 900);
  made.fold(shapes, (ring, log) => book.update(ring, atr, log));
  return { kinds: made.kinds(), book };
}

describe("sweeps of levels", () => {
  it("is a sweep when one candle goes beyond and closes back, and speaks against the breakout", () => {
    const { kinds, book } = sweptBy([[109, 110.5, 108, 109]]);
    expect(kinds).toEqual(["sweep.confirmed short"]);
    expect([book.level, book.extreme, book.kind]).toEqual([110, 110.5, "pool"]);
  });

  it("may take up to three candles to close back", () => {
    expect(
      sweptBy([
        [109, 110.5, 108, 110.2],
        [110.2, 111, 110, 110.5],
        [110.5, 111, 109, 109.5],
      ]).kinds,
    ).toEqual(["sweep.confirmed short"]);
    expect(
      sweptBy([
        [109, 110.5, 108, 110.2],
        [110.2, 111, 110, 110.5],
        [110.5, 111, 110, 110.5],
        [110.5, 111, 109, 109.5],
      ]).kinds,
    ).toEqual(["level.broken long"]);
  });

  it("is none when price goes more than one ATR beyond, or less than a twentieth", () => {
    expect(sweptBy([[109, 112.5, 108, 109]]).kinds).toEqual(["level.broken long"]);
    expect(sweptBy([[109, 110.05, 108, 109]]).kinds).toEqual([]);
  });

  it("happens once per level", () => {
    const { kinds, book } = sweptBy([
      [109, 110.5, 108, 109],
      [109, 110.5, 108, 109],
    ]);
    expect(kinds).toEqual(["sweep.confirmed short"]);
    expect(book.levels()).toEqual([]);
  });
});

describe("liquidity", () => {
  function followed(shapes: readonly Shape[]): { made: HandMade; liquidity: Liquidity } {
    const made = new HandMade();
    const swings = new Swings(5);
    const liquidity = new Liquidity(new CandleRing("1d", 32), new VolumeWeightedPrices());
    made.fold(shapes, (ring, log) => {
      swings.update(ring, atr, log);
      liquidity.update(ring, swings, atr, log);
    });
    return { made, liquidity };
  }

  it("makes a pool of two highs within a fifth of ATR, at the outer one", () => {
    const nearby: Shape = [109, 110.2, 108.5, 109];
    const { made, liquidity } = followed([
      ...zigzag([100, 109]),
      nearby,
      ...zigzag([109, 100, 109]),
      [109, 110.5, 108.5, 109],
      ...zigzag([109, 101]),
    ]);
    expect(made.kinds()).toContain("pool.formed short");
    expect(liquidity.above.filter(({ kind }) => kind === "pool").map(({ price }) => price)).toEqual([110.5]);
  });

  it("rests at the next round numbers on both sides of the close", () => {
    const { liquidity } = followed(zigzag([152, 155]));
    expect(liquidity.above.filter(({ kind }) => kind === "round").map(({ price }) => price)).toEqual([160]);
    expect(liquidity.below.filter(({ kind }) => kind === "round").map(({ price }) => price)).toEqual([150]);
  });

  it("knows round numbers at any size of price", () => {
    expect([roundNumberStep(61_234), roundNumberStep(0.5234), roundNumberStep(0.000_012_3)]).toEqual([1000, 0.01, 0.000_001]);
    expect(nearestRoundNumber(61_600)).toBe(62_000);
  });
});

describe("extremes of past periods", () => {
  /** Days from Thursday 1970-01-01 on: the high of day n is 100 + n. */
  function days(count: number): CandleRing {
    const ring = new CandleRing("1d", 32);
    for (let day = 0; day < count; day++) {
      const price = 100 + day;
      const shape = {
        open: price,
        high: price,
        low: price - 50,
        close: price,
        volume: 1,
        quoteVolume: 1,
        tradeCount: 1,
        takerBuyVolume: 1,
      };
      ring.push(day, { openTimeMs: day * 86_400_000, ...shape });
    }
    return ring;
  }

  it("gives the last closed day", () => {
    expect(previousDay(days(0))).toBeUndefined();
    expect(previousDay(days(6))).toEqual({ high: 105, low: 55 });
  });

  it("gives the last whole week from Monday to Sunday", () => {
    // Day 4 is a Monday, day 10 the Sunday after it.
    expect(previousWeek(days(10))).toBeUndefined();
    for (const known of [11, 12, 17]) expect(previousWeek(days(known))).toEqual({ high: 110, low: 54 });
    expect(previousWeek(days(18))).toEqual({ high: 117, low: 61 });
  });
});
