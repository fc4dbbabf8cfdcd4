import { describe, expect, it } from "vitest";
import { body, HandMade, type Shape, zigzag } from "../../test/hand-made.ts";
import { StructureBreaks } from "./breaks.ts";
import { DealingRange } from "./dealing-range.ts";
import { Displacement } from "./displacement.ts";
import { FairValueGaps } from "./fair-value-gaps.ts";
import { OrderBlocks } from "./order-blocks.ts";
import { Swings } from "./swings.ts";

const atr = 2;

function swingsOf(shapes: readonly Shape[]): HandMade {
  const made = new HandMade();
  const swings = new Swings(5);
  made.fold(shapes, (ring, log) => swings.update(ring, atr, log));
  return made;
}

describe("swings", () => {
  it("confirms a high five candles later and labels it against the one before", () => {
    const made = swingsOf(zigzag([100, 110, 100, 115, 105, 108, 98]));
    const highs = made.events.filter(({ kind, direction }) => kind === "swing.confirmed" && direction === "short");
    expect(highs.map(({ top, detail }) => [top, detail])).toEqual([
      [110.5, ""],
      [115.5, "HH"],
    ]);
    for (const { barTimeMs, confirmedAtMs } of highs) expect(confirmedAtMs - barTimeMs).toBe(6 * 900_000);
  });

  it("takes the first of equal highs and calls an equal swing equal", () => {
    const top: Shape = [109, 110, 108, 109];
    const made = swingsOf([...zigzag([100, 109]), top, top, ...zigzag([109, 100, 109]), top, ...zigzag([109, 100])]);
    const highs = made.events.filter(({ kind, direction }) => kind === "swing.confirmed" && direction === "short");
    expect(highs.map(({ top: price, detail }) => [price, detail])).toEqual([
      [110, ""],
      [110, "EQH"],
    ]);
    expect(highs[0]!.barTimeMs / 900_000 - 1000).toBe(9);
  });

  it("replaces a pending high by a later, higher one, and makes it final with the next low", () => {
    // Between the two highs price dips too shortly for a low to be confirmed.
    const made = swingsOf([...zigzag([100, 110, 104, 114, 100, 110])]);
    const kinds = made.kinds().filter((kind) => !kind.startsWith("swing.final long"));
    expect(kinds.slice(0, 4)).toEqual(["swing.confirmed short", "swing.final short", "swing.confirmed long", "swing.confirmed short"]);
    const shallow = swingsOf([
      ...zigzag([100, 110]),
      ...Array.from({ length: 6 }, (): Shape => [109, 109.4, 108, 109]),
      ...zigzag([109, 114, 104]),
    ]);
    expect(shallow.kinds()).toContain("swing.replaced short");
    expect(shallow.events.find(({ kind }) => kind === "swing.replaced")?.top).toBe(114.5);
  });

  it("never looks across a gap in the candles", () => {
    const made = new HandMade();
    const swings = new Swings(5);
    const update = (ring: HandMade["ring"], log: HandMade["log"]): void => swings.update(ring, atr, log);
    made.fold(zigzag([100, 108]), update);
    made.skip(3);
    made.fold(zigzag([108, 103]), update);
    expect(made.events).toEqual([]);
  });
});

describe("breaks of structure", () => {
  function broken(shapes: readonly Shape[]): { made: HandMade; breaks: StructureBreaks } {
    const made = new HandMade();
    const swings = new Swings(5);
    const breaks = new StructureBreaks();
    made.fold(shapes, (ring, log) => {
      swings.update(ring, atr, log);
      breaks.update(ring, swings, log);
    });
    return { made, breaks };
  }

  it("goes on with a BOS and turns with a CHoCH, at the close beyond the swing", () => {
    const { made, breaks } = broken(zigzag([100, 110, 102, 114, 106, 118, 95]));
    const found = made.events.filter(({ kind }) => kind.startsWith("structure")).map(({ kind, direction, top }) => [kind, direction, top]);
    expect(found).toEqual([
      ["structure.bos", "long", 110.5],
      ["structure.bos", "long", 114.5],
      ["structure.choch", "short", 105.5],
      ["structure.bos", "short", 101.5],
    ]);
    expect(breaks.trend).toBe(-1);
    expect(breaks.last?.level).toBe(101.5);
  });

  it("breaks a swing once, and never by a wick", () => {
    const wick: Shape = [105, 130, 104, 105];
    const { made } = broken([...zigzag([100, 110, 104]), wick, wick, ...zigzag([105, 104])]);
    expect(made.kinds().filter((kind) => kind.startsWith("structure"))).toEqual([]);
  });
});

describe("premium and discount", () => {
  it("places the close in the last pair of swings, extended by later extremes", () => {
    const made = new HandMade();
    const swings = new Swings(5);
    const range = new DealingRange();
    made.fold(zigzag([100, 110, 100, 106]), (ring, log) => {
      swings.update(ring, atr, log);
      range.update(ring, swings);
    });
    expect([range.high, range.low]).toEqual([110.5, 99.5]);
    expect(range.position).toBeCloseTo((106 - 99.5) / 11, 12);
    made.fold([[106, 112, 106, 111]], (ring, log) => {
      swings.update(ring, atr, log);
      range.update(ring, swings);
    });
    expect(range.high).toBe(112);
  });
});

describe("order blocks", () => {
  /** Rises to 110, falls to 102, and breaks 110.5 with a body of 8 out of a last falling candle. */
  const breakout: Shape[] = [...zigzag([100, 110, 102]), body(102, 103), [103.2, 103.6, 102.4, 102.6], [102.6, 111.5, 102.5, 111]];

  function followed(shapes: readonly Shape[]): { made: HandMade; blocks: OrderBlocks } {
    const made = new HandMade();
    const swings = new Swings(5);
    const breaks = new StructureBreaks();
    const displacement = new Displacement();
    const blocks = new OrderBlocks();
    made.fold(shapes, (ring, log) => {
      swings.update(ring, atr, log);
      breaks.update(ring, swings, log);
      displacement.update(ring, atr);
      blocks.update(ring, breaks, displacement, atr, log);
    });
    return { made, blocks };
  }

  it("is the last opposite candle before the displacement, known at the break", () => {
    const { made, blocks } = followed(breakout);
    expect(blocks.blocks.areas.map(({ sign, top, bottom, bar }) => [sign, top, bottom, bar - 1000])).toEqual([[1, 103.6, 102.4, 19]]);
    const formed = made.events.find(({ kind }) => kind === "orderBlock.formed")!;
    expect(formed.confirmedAtMs).toBe((1000 + 21) * 900_000);
  });

  it("is touched, mitigated at its middle, and serves as a breaker after a close beyond it", () => {
    const { made, blocks } = followed([
      ...breakout,
      [111, 112, 103.5, 108],
      [108, 109, 102.9, 104],
      [104, 105, 101, 101.5],
      [101.5, 103, 101, 102],
    ]);
    expect(made.kinds().filter((kind) => /^(orderBlock|breaker)/.test(kind))).toEqual([
      "orderBlock.formed long",
      "orderBlock.touched long",
      "orderBlock.mitigated long",
      "orderBlock.invalidated long",
      "breaker.formed short",
      "breaker.touched short",
      "breaker.mitigated short",
    ]);
    expect(blocks.blocks.areas).toEqual([]);
    expect(blocks.breakers.areas.map(({ sign }) => sign)).toEqual([-1]);
  });

  it("expires after 200 bars", () => {
    const quiet = Array.from({ length: 201 }, (): Shape => [112, 112.5, 111.5, 112]);
    const { made } = followed([...breakout, ...quiet]);
    const expired = made.events.find(({ kind }) => kind === "orderBlock.expired")!;
    expect(expired.confirmedAtMs).toBe((1000 + 20 + 200 + 1) * 900_000);
  });

  it("is not there without displacement", () => {
    const { blocks } = followed(zigzag([100, 110, 102, 114]));
    expect(blocks.blocks.areas).toEqual([]);
  });
});

describe("fair value gaps", () => {
  function gapsOf(shapes: readonly Shape[]): HandMade {
    const made = new HandMade();
    const gaps = new FairValueGaps();
    made.fold(shapes, (ring, log) => gaps.update(ring, atr, log));
    return made;
  }
  const gap: Shape[] = [
    [100, 101, 99, 100.5],
    [100.5, 105, 100.5, 104.5],
    [104.5, 106, 103, 105],
  ];

  it("is known at the close of its third candle, about the second", () => {
    const [formed] = gapsOf(gap).events;
    expect(formed).toMatchObject({
      kind: "gap.formed",
      direction: "long",
      bottom: 101,
      top: 103,
      barTimeMs: 1001 * 900_000,
      confirmedAtMs: 1003 * 900_000,
    });
  });

  it("is touched, half filled and filled, each once", () => {
    const made = gapsOf([...gap, [105, 105.5, 102.5, 104], [104, 104.5, 101.9, 103], [103, 103.5, 100.9, 102], [102, 104, 100, 103]]);
    expect(made.kinds()).toEqual(["gap.formed long", "gap.touched long", "gap.halfFilled long", "gap.filled long"]);
  });

  it("is not worth a word below a quarter of ATR", () => {
    expect(
      gapsOf([
        [100, 101, 99, 100.5],
        [100.5, 102, 100.5, 101.9],
        [101.9, 103, 101.3, 102],
      ]).events,
    ).toEqual([]);
  });
});
