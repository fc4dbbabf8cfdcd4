import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, type Shape, valuesOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import type { Strategy } from "../strategy.ts";
import { enhanced } from "./enhanced.ts";
import { rsi } from "./rsi.ts";
import { simpleProfitable } from "./simple-profitable.ts";
import { volatileCoins } from "./volatile-coins.ts";

// A dip that was bought: low 99, close 100.8 at nine tenths of the range.
const dip: readonly Shape[] = [[100.5, 101, 99, 100.8, 150]];

const macdRising = { line: 0, signal: 0, histogram: -0.1, previousHistogram: -0.15 } as const;
const macdCrossed = { line: 0, signal: 0, histogram: 0.1, previousHistogram: -0.05 } as const;

const unmetOf = (strategy: Strategy, view: SymbolView): string | undefined =>
  strategy.explain(view, strategy.parameters.parse({})).long.unmet?.name;

const judged = (strategy: Strategy, view: SymbolView) => {
  const signal = strategy.evaluate(view, strategy.parameters.parse({}))!;
  const turned = strategy.evaluate(mirroredView(view, 100), strategy.parameters.parse({}))!;
  expect([signal.direction, turned.direction]).toEqual(["long", "short"]);
  expect(turned.score).toBeCloseTo(signal.score, 6);
  // All baselines: 2 ATR to the stop, twice as much to the target.
  expect(signal.stopPrice).toBeCloseTo(signal.entryPrice - 2, 9);
  expect(signal.targetPrice).toBeCloseTo(signal.entryPrice + 4, 9);
  return { values: valuesOf(signal.components), score: signal.score };
};

describe("RSI", () => {
  const viewOf = (over: Partial<SymbolView> = {}) => handMadeView(dip, { atr14: 1, rsi14: 25, sma50: 99, sma200: 98, ...over });

  it("buys an RSI of 25 above SMA200: points 3.75 + 1.5 + 2", () => {
    // (40 - 25) / 20; SMA50 1 ATR above SMA200, (1 + 1) / 4.
    expect(judged(rsi, viewOf())).toEqual({ values: { depth: 0.75, trend: 0.5, rejection: 1 }, score: 7.25 });
  });

  it("wants the RSI first and the trend second", () => {
    expect(unmetOf(rsi, viewOf({ rsi14: 30.1 }))).toBe("rsi");
    expect(unmetOf(rsi, viewOf({ sma200: 101 }))).toBe("trend");
  });
});

describe("Volatile Coins", () => {
  const bollinger = { middle: 103, upper: 106, lower: 100, width: 0.06, widthPercentile: 80 };
  const viewOf = (over: Partial<SymbolView> = {}) =>
    handMadeView(dip, { atr14: 1, atrPercent: 1, rsi14: 35, macd: macdRising, bollinger, ...over });

  it("buys the return from below the lower band while MACD turns: points 2.25 + 3 + 1.83 + 2", () => {
    // RSI (50 - 35) / 20; the histogram moved 0.05 ATR; 0.8 of 6 inside the band, (0.5 - 0.133) / 0.4.
    expect(judged(volatileCoins, viewOf())).toEqual({ values: { rsi: 0.75, macd: 1, band: 0.917, rejection: 1 }, score: 9.083333 });
  });

  it("wants volatility, the band, the RSI and MACD in this order", () => {
    expect(unmetOf(volatileCoins, viewOf({ atrPercent: 0.49 }))).toBe("volatility");
    expect(unmetOf(volatileCoins, viewOf({ bollinger: { ...bollinger, lower: 98.9 } }))).toBe("band");
    expect(unmetOf(volatileCoins, viewOf({ rsi14: 41 }))).toBe("rsi");
    expect(unmetOf(volatileCoins, viewOf({ macd: { ...macdRising, previousHistogram: -0.05 } }))).toBe("macd");
  });
});

describe("Simple Profitable", () => {
  const viewOf = (over: Partial<SymbolView> = {}) =>
    handMadeView(dip, {
      atr14: 1,
      ema50: 100,
      ema200: 99.5,
      rsi14: 55,
      macd: macdCrossed,
      directionalMovement: { adx: 24, plusDi: 30, minusDi: 10 },
      volumeMedian20: 150,
      ...over,
    });

  it("buys a MACD turn with the trend: points 1.5 + 2.4 + 2 + 1", () => {
    // (0.5 + 1) / 3; ADX 24 of 30; the RSI in the middle; usual volume, (1 - 0.5) / 1.
    expect(judged(simpleProfitable, viewOf())).toEqual({ values: { trend: 0.5, adx: 0.8, rsi: 1, volume: 0.5 }, score: 6.9 });
  });

  it("wants trend, MACD, RSI and ADX in this order", () => {
    expect(unmetOf(simpleProfitable, viewOf({ ema200: 101 }))).toBe("trend");
    expect(unmetOf(simpleProfitable, viewOf({ macd: macdRising }))).toBe("macd");
    expect(unmetOf(simpleProfitable, viewOf({ rsi14: 66 }))).toBe("rsi");
    expect(unmetOf(simpleProfitable, viewOf({ directionalMovement: { adx: 19, plusDi: 30, minusDi: 10 } }))).toBe("adx");
  });
});

describe("Enhanced", () => {
  const viewOf = (over: Partial<SymbolView> = {}) =>
    handMadeView(dip, {
      atr14: 1,
      regime: { name: "range", direction: 0, candles: 8 },
      rsi14: 35,
      ema20: 100,
      ema50: 99,
      macd: macdCrossed,
      directionalMovement: { adx: 28, plusDi: 30, minusDi: 10 },
      bollinger: { middle: 103, upper: 106, lower: 100, width: 0.06, widthPercentile: 50 },
      donchian: { upper: 100.6, lower: 99.2 },
      volumeMedian20: 100,
      ...over,
    });

  it("has a rule for each of three regimes: band in a range, MACD in a trend, channel out of a squeeze", () => {
    // RSI (50 - 35) / 25 in the range, ADX (28 - 10) / 30 in the trend, 0.2 of 0.5 ATR out of the channel; the rest is the same.
    const rest = { rejection: 1, volume: 1, age: 1 };
    expect(judged(enhanced, viewOf())).toEqual({ values: { fit: 0.6, ...rest }, score: 8.4 });
    expect(judged(enhanced, viewOf({ regime: { name: "trend", direction: 1, candles: 8 } }))).toEqual({
      values: { fit: 0.6, ...rest },
      score: 8.4,
    });
    expect(judged(enhanced, viewOf({ regime: { name: "squeeze", direction: 0, candles: 8 } }))).toEqual({
      values: { fit: 0.4, ...rest },
      score: 7.6,
    });
  });

  it("stands aside in the others, and names the rule that is not met", () => {
    expect(unmetOf(enhanced, viewOf({ regime: { name: "volatile", direction: 0, candles: 8 } }))).toBe("regime");
    expect(unmetOf(enhanced, viewOf({ rsi14: 41 }))).toBe("reversion");
    expect(unmetOf(enhanced, viewOf({ regime: { name: "trend", direction: 1, candles: 8 }, macd: macdRising }))).toBe("momentum");
    const squeezed = { regime: { name: "squeeze", direction: 0, candles: 8 }, donchian: { upper: 101, lower: 99 } } as const;
    expect(unmetOf(enhanced, viewOf(squeezed))).toBe("breakout");
  });
});
