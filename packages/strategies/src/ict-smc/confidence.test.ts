import type { PriceAreaView, SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { findTrigger, momentumValue, positionValue, structureValue, trend1hValue, volatilityValue } from "./confidence.ts";
import { ictSmcParameters } from "./parameters.ts";

const parameters = ictSmcParameters.parse({});
const bar = 1000;
const never = { bar: -1, level: Number.NaN, extreme: Number.NaN, kind: "swing" };
const noBreak = { bar: -1, level: Number.NaN, levelBar: -1, kind: "bos" };

/** A view in which nothing speaks for anything, with the given parts in place of its own; ATR is 2. */
const viewOf = (parts: object): SymbolView =>
  ({
    bar,
    candle: { open: 100, high: 100.5, low: 99.5, close: 100 },
    atr14: 2,
    rsi14: 90,
    ema9: 100,
    ema21: 100,
    macd: { histogram: 0, previousHistogram: 0 },
    atrPercentile: 95,
    orderBlocks: [],
    fairValueGaps: [],
    sweptHigh: never,
    sweptLow: never,
    structure: {
      trend: 0,
      lastBreakUp: noBreak,
      lastBreakDown: noBreak,
      range: { position: 0.7 },
      swingLow: { price: 95 },
      swingHigh: { price: 105 },
    },
    oneHour: { close: 100, ema20: 100, ema50: 100, structureTrend: 0 },
    ...parts,
  }) as unknown as SymbolView;

const structureOf = (trend: number, age: number, kind: string, level = 99) => {
  const last = { bar: bar - age, level, levelBar: bar - age - 9, kind };
  const range = { position: 0.3 };
  const swings = { swingLow: { price: 95 }, swingHigh: { price: 105 } };
  return { trend, range, ...swings, lastBreakUp: trend === 1 ? last : noBreak, lastBreakDown: trend === -1 ? last : noBreak };
};

const areaOf = (bottom: number, top: number, sign: 1 | -1, parts: Partial<PriceAreaView> = {}): PriceAreaView => ({
  sign,
  bar: bar - 20,
  formedBar: bar - 18,
  top,
  bottom,
  touchedBar: -1,
  middleBar: -1,
  ...parts,
});

describe("trend of 1h", () => {
  it.each([
    [{ close: 102, ema20: 101, ema50: 100, structureTrend: 1 }, 1, 0],
    [{ close: 102, ema20: 101, ema50: 100, structureTrend: -1 }, 0.6, 0.3],
    [{ close: 99, ema20: 101, ema50: 100, structureTrend: -1 }, 0.3, 0.6],
    [{ close: 99, ema20: 98, ema50: 100, structureTrend: -1 }, 0, 1],
    [{ close: 100, ema20: 100, ema50: 100, structureTrend: 0 }, 0, 0],
  ])("%o is %d for a long and %d for a short", (oneHour, long, short) => {
    expect([trend1hValue(viewOf({ oneHour }), 1), trend1hValue(viewOf({ oneHour }), -1)]).toEqual([long, short]);
  });
});

describe("structure", () => {
  const against = { close: 100, ema20: 100, ema50: 100, structureTrend: -1 };

  it.each([
    ["a break in the direction within 50 bars", { structure: structureOf(1, 50, "bos") }, 1],
    ["a fresh change of character with 1h", { structure: structureOf(1, 3, "choch") }, 1],
    ["an older break", { structure: structureOf(1, 51, "bos") }, 0.6],
    ["a fresh change of character against 1h", { structure: structureOf(1, 3, "choch"), oneHour: against }, 0.3],
    ["a fresh BOS against 1h", { structure: structureOf(1, 3, "bos"), oneHour: against }, 1],
    ["a trend the other way", { structure: structureOf(-1, 3, "bos") }, 0],
  ])("of %s", (_, parts, expected) => {
    expect(structureValue(viewOf(parts), 1, parameters)).toBe(expected);
  });
});

describe("position", () => {
  const discount = structureOf(1, 3, "bos");
  const premium = { ...discount, range: { position: 0.8 } };
  const swept = { bar: bar - 10, level: 98, extreme: 97.5, kind: "swing" };
  const inZone = [areaOf(99, 101, 1)];
  const near = [areaOf(98, 99.2, 1)];

  it.each([
    ["in the zone at a discount", { orderBlocks: inZone, structure: discount }, 1],
    ["in the zone at a premium", { orderBlocks: inZone, structure: premium }, 0.6],
    ["within half an ATR of a gap", { fairValueGaps: near, structure: discount }, 0.6],
    ["farther away", { fairValueGaps: [areaOf(96, 98.9, 1)], structure: discount }, 0],
    ["near a zone after a sweep of lows", { fairValueGaps: near, structure: discount, sweptLow: swept }, 0.9],
    ["in a zone after a sweep, capped", { orderBlocks: inZone, structure: discount, sweptLow: swept }, 1],
    ["after a sweep that is too old", { fairValueGaps: near, structure: discount, sweptLow: { ...swept, bar: bar - 11 } }, 0.6],
    ["near a zone of the other side", { orderBlocks: [areaOf(99, 101, -1)], structure: discount }, 0],
  ])("%s", (_, parts, expected) => {
    expect(positionValue(viewOf(parts), 1, undefined, parameters)).toBeCloseTo(expected, 12);
  });
});

describe("momentum", () => {
  it.each([
    [{ macd: { histogram: 2, previousHistogram: 1 }, rsi14: 55, ema9: 101, ema21: 100 }, 1],
    [{ macd: { histogram: 1, previousHistogram: 2 }, rsi14: 55, ema9: 101, ema21: 100 }, 0.5],
    [{ macd: { histogram: -1, previousHistogram: -2 }, rsi14: 45, ema9: 99, ema21: 100 }, 0.3],
    [{ macd: { histogram: 2, previousHistogram: 1 }, rsi14: 70.1, ema9: 99, ema21: 100 }, 0.5],
  ])("%o is %d for a long, and its mirror image for a short", (parts, expected) => {
    expect(momentumValue(viewOf(parts), 1)).toBe(expected);
    const mirrored = {
      macd: { histogram: -parts.macd.histogram, previousHistogram: -parts.macd.previousHistogram },
      rsi14: 100 - parts.rsi14,
      ema9: parts.ema21,
      ema21: parts.ema9,
    };
    expect(momentumValue(viewOf(mirrored), -1)).toBe(expected);
  });
});

describe("volatility", () => {
  it.each([
    [9.9, 0],
    [10, 0.5],
    [19.9, 0.5],
    [20, 1],
    [80, 1],
    [80.1, 0.5],
    [90, 0.5],
    [90.1, 0],
    [Number.NaN, 0],
  ])("at rank %d is %d", (atrPercentile, expected) => {
    expect(volatilityValue(viewOf({ atrPercentile }))).toBe(expected);
  });
});

describe("trigger", () => {
  const touching = { candle: { open: 101, high: 101.5, low: 99.5, close: 100.4 } };

  it("is the return into an active block, whose far edge guards it", () => {
    const view = viewOf({ ...touching, orderBlocks: [areaOf(98, 100, 1)] });
    expect(findTrigger(view, 1, parameters)).toEqual({ kind: "order block", top: 100, bottom: 98, edge: 98 });
    expect(findTrigger(view, -1, parameters)).toBeUndefined();
  });

  it("is not a block that was used up before, nor one made by this very candle, nor one that is closed through", () => {
    for (const parts of [{ middleBar: bar - 1 }, { formedBar: bar }]) {
      expect(findTrigger(viewOf({ ...touching, orderBlocks: [areaOf(98, 100, 1, parts)] }), 1, parameters)).toBeUndefined();
    }
    const through = { candle: { open: 101, high: 101.5, low: 97, close: 97.5 }, orderBlocks: [areaOf(98, 100, 1)] };
    expect(findTrigger(viewOf(through), 1, parameters)).toBeUndefined();
  });

  it("may still be a block whose middle this very candle reached", () => {
    const view = viewOf({ ...touching, orderBlocks: [areaOf(98, 100, 1, { middleBar: bar })] });
    expect(findTrigger(view, 1, parameters)?.kind).toBe("order block");
  });

  it("is the return into a gap, or a sweep confirmed by this candle and no other", () => {
    expect(findTrigger(viewOf({ ...touching, fairValueGaps: [areaOf(98, 100, 1)] }), 1, parameters)?.kind).toBe("fair value gap");
    const sweptLow = { bar, level: 99.8, extreme: 99.5, kind: "swing" };
    expect(findTrigger(viewOf({ ...touching, sweptLow }), 1, parameters)).toEqual({ kind: "sweep", top: 99.8, bottom: 99.5, edge: 99.5 });
    expect(findTrigger(viewOf({ ...touching, sweptLow: { ...sweptLow, bar: bar - 1 } }), 1, parameters)).toBeUndefined();
  });

  it("is the retest of a level broken at most 20 candles ago, held by the close; a change of character is none", () => {
    const retest = (age: number, kind = "bos", level = 99.4) => viewOf({ ...touching, structure: structureOf(1, age, kind, level) });
    expect(findTrigger(retest(20), 1, parameters)).toEqual({ kind: "retest", top: 99.4, bottom: 99.4, edge: 95 });
    expect(findTrigger(retest(21), 1, parameters)).toBeUndefined();
    expect(findTrigger(retest(0), 1, parameters)).toBeUndefined();
    expect(findTrigger(retest(5, "choch"), 1, parameters)).toBeUndefined();
    expect(findTrigger(retest(5, "bos", 100.5), 1, parameters)).toBeUndefined();
    expect(findTrigger(retest(5, "bos", 99.2), 1, parameters)).toBeUndefined();
  });
});
