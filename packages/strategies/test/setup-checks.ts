import type { Candle } from "@winiswin/domain/candle";
import { expect } from "vitest";
import type { StrategySignal } from "../src/strategy.ts";
import {
  bandsOf,
  emaOf,
  flowOf,
  flowScoreOf,
  highest,
  histogramsOf,
  lowest,
  medianOf,
  rsiOf,
  shareBetween,
  turnsOf,
} from "./plain-figures.ts";

/** What the engine said at one close, beside the raw candles that it had seen. */
export interface Seen {
  readonly candles: readonly Candle[];
  readonly last: Candle;
  readonly signal: StrategySignal;
  readonly sign: 1 | -1;
  readonly atr: number;
  readonly valueArea: readonly [low: number, high: number];
}

const usualVolume = (candles: readonly Candle[], before: number): number =>
  medianOf(candles.slice(candles.length - before - 20, candles.length - before).map(({ volume }) => volume));

/** Far enough for a stop, and its target where a multiple of it says. */
const expectStop = ({ signal, last, sign, atr }: Seen, edge: number, beyondAtr: number): void => {
  const behind = (last.close - edge) * sign + beyondAtr * atr;
  expect((last.close - signal.stopPrice) * sign).toBeCloseTo(Math.max(0.5 * atr, behind), 1);
};

/** Beyond the level within the last three candles, closed back, on at least 1.5 times the usual volume, the stop 0.1 ATR behind the extreme. */
export const swept =
  (level: number, extreme: number) =>
  (seen: Seen): void => {
    const { candles, last, sign } = seen;
    const three = candles.slice(-3);
    expect(sign === 1 ? lowest(three) : highest(three)).toBe(extreme);
    expect((level - extreme) * sign).toBeGreaterThanOrEqual(0.05 * seen.atr);
    expect((level - extreme) * sign).toBeLessThanOrEqual(seen.atr);
    expect((last.close - level) * sign).toBeGreaterThan(0);
    const busiest = Math.max(...three.filter(({ low, high }) => (sign === 1 ? low < level : high > level)).map(({ volume }) => volume));
    expect(busiest / usualVolume(candles, 1)).toBeGreaterThanOrEqual(1.5);
    expectStop(seen, extreme, 0.1);
  };

/** At least two turns within 0.2 ATR, the most extreme of which is the level. */
export const sweptPool =
  (level: number, extreme: number) =>
  (seen: Seen): void => {
    swept(level, extreme)(seen);
    const equal = turnsOf(seen.candles, seen.sign === 1 ? -1 : 1).filter(({ price }) => Math.abs(price - level) <= 0.3 * seen.atr);
    expect(equal.length).toBeGreaterThanOrEqual(2);
    expect(equal.map(({ price }) => price)).toContain(level);
  };

export const between = (candles: readonly Candle[], from: string, to: string): readonly Candle[] =>
  candles.filter(({ openTimeMs }) => openTimeMs >= Date.parse(from) && openTimeMs < Date.parse(to));

/** Broken by a close 0.25 ATR beyond, on 1.3 times the usual volume, so many candles ago; now touched again, and closed away from. */
export const retested =
  (level: number, candlesAgo: number) =>
  (seen: Seen): void => {
    const { candles, last, sign, atr, signal } = seen;
    const breaking = candles.at(-1 - candlesAgo)!;
    expect((breaking.close - level) * sign).toBeGreaterThanOrEqual(0.25 * atr);
    expect(Math.min(...candles.slice(-22, -1 - candlesAgo).map(({ close }) => (close - level) * sign))).toBeLessThanOrEqual(0);
    expect(breaking.volume / usualVolume(candles, candlesAgo + 1)).toBeGreaterThanOrEqual(1.3);
    expect(((sign === 1 ? last.low : last.high) - level) * sign).toBeLessThanOrEqual(0.1 * atr);
    expect([(last.close - level) * sign > 0, (last.close - last.open) * sign > 0]).toEqual([true, true]);
    expect(signal.targetPrice).toBeCloseTo(last.close + 2 * (last.close - signal.stopPrice), 6);
  };

/** 70 % of the volume of 192 candles lies between the edges of value; the target lies among the busiest prices. */
const hasValueArea = ({ candles, valueArea: [low, high] }: Seen): void => {
  const share = shareBetween(candles.slice(-192), low, high);
  expect(share).toBeGreaterThan(0.64);
  expect(share).toBeLessThan(0.78);
};

export const rejected =
  (edge: number, pointOfControl: number) =>
  (seen: Seen): void => {
    const { candles, last, sign, atr, signal, valueArea } = seen;
    hasValueArea(seen);
    expect(valueArea[sign === 1 ? 0 : 1]).toBe(edge);
    expect(((sign === 1 ? last.low : last.high) - edge) * sign).toBeLessThanOrEqual(0.1 * atr);
    expect([(last.close - edge) * sign > 0, (last.close - last.open) * sign > 0]).toEqual([true, true]);
    expect(signal.targetPrice).toBe(pointOfControl);
    const volumeAround = (price: number): number => shareBetween(candles.slice(-192), price - 0.1 * atr, price + 0.1 * atr);
    expect(volumeAround(pointOfControl)).toBeGreaterThan(volumeAround(edge));
    expectStop(seen, sign === 1 ? lowest(candles.slice(-3)) : highest(candles.slice(-3)), 0.1);
  };

export const accepted =
  (edge: number) =>
  (seen: Seen): void => {
    const { candles, sign, signal, last, valueArea } = seen;
    hasValueArea(seen);
    expect(valueArea[sign === 1 ? 1 : 0]).toBe(edge);
    expect(candles.slice(-3).map(({ close }) => (close - edge) * sign > 0)).toEqual([false, true, true]);
    expectStop(seen, edge, 0.1);
    expect(signal.targetPrice).toBeCloseTo(last.close + 2 * (last.close - signal.stopPrice), 6);
    // Of a trend in the direction: the averages agree.
    expect((emaOf(candles, 20) - emaOf(candles, 50)) * sign).toBeGreaterThan(0);
  };

/** Reached within a quarter ATR of the zone, turned, the stop behind its far edge; and the zone is a place where price turned before. */
export const visited =
  (bottom: number, top: number) =>
  (seen: Seen): void => {
    const { candles, last, sign, atr, signal } = seen;
    const [near, far] = sign === 1 ? [top, bottom] : [bottom, top];
    expect(((sign === 1 ? last.low : last.high) - near) * sign).toBeLessThanOrEqual(0.25 * atr);
    expect((last.close - far) * sign).toBeGreaterThan(0);
    expect((last.close - last.open) * sign).toBeGreaterThan(0);
    expectStop(seen, far, 0.1);
    expect(signal.firstTargetPrice).toBeCloseTo(2 * last.close - signal.stopPrice, 6);
    const turns = [...turnsOf(candles, 1), ...turnsOf(candles, -1)];
    expect(turns.filter(({ price }) => price >= bottom - 0.5 * atr && price <= top + 0.5 * atr).length).toBeGreaterThanOrEqual(2);
  };

/** Beyond the channel of 20 candles, while the bands were among the narrowest 15 % of 120 candles within the three candles of hysteresis. */
export const brokeOut = ({ candles, last, sign, signal, atr }: Seen): void => {
  const before = candles.slice(-21, -1);
  expect(sign === 1 ? last.close > highest(before) : last.close < lowest(before)).toBe(true);
  const widthAt = (back: number): number => {
    const seen = candles.slice(0, candles.length - back);
    const { lower, upper } = bandsOf(seen);
    return (upper - lower) / ((upper + lower) / 2);
  };
  const rankAt = (back: number): number => {
    const widths = Array.from({ length: 120 }, (_, index) => widthAt(back + index));
    return (100 * widths.filter((width) => width < widths[0]!).length) / 120;
  };
  expect(Math.min(...[0, 1, 2, 3].map(rankAt))).toBeLessThanOrEqual(15);
  expect(Math.abs(signal.stopPrice - last.close)).toBeCloseTo(2 * atr, 6);
};

export const turnedWithTrend = ({ candles, last, sign, signal, atr }: Seen): void => {
  const [before, now] = histogramsOf(candles);
  expect([before * sign <= 0, now * sign > 0]).toEqual([true, true]);
  expect((emaOf(candles, 20) - emaOf(candles, 50)) * sign).toBeGreaterThan(0);
  expect(Math.abs(signal.stopPrice - last.close)).toBeCloseTo(2 * atr, 6);
};

export const returned = ({ candles, last, sign }: Seen): void => {
  const { lower, upper } = bandsOf(candles);
  const band = sign === 1 ? lower : upper;
  expect(((sign === 1 ? last.low : last.high) - band) * sign).toBeLessThanOrEqual(0);
  expect((last.close - band) * sign).toBeGreaterThan(0);
  const rsi = rsiOf(candles);
  expect(sign === 1 ? rsi : 100 - rsi).toBeLessThanOrEqual(40);
};

/** At least two deviations of flow in the direction, on that side of the day's volume-weighted price. */
export const pushed =
  (score: number) =>
  (seen: Seen): void => {
    const { candles, last, sign } = seen;
    expect(flowScoreOf(candles)).toBeCloseTo(score, 2);
    expect(score * sign).toBeGreaterThanOrEqual(2);
    const day = candles.slice(-1 - ((last.openTimeMs / 900_000) % 96));
    const traded = (pick: (candle: Candle) => number): number => day.reduce((sum, candle) => sum + pick(candle), 0);
    expect((last.close - traded(({ quoteVolume }) => quoteVolume) / traded(({ volume }) => volume)) * sign).toBeGreaterThan(0);
    expectStop(seen, stopEdge(seen), 0.1);
  };

/** The newer of the last two turns went further, and takers had meanwhile gone the other way. */
export const diverged =
  (older: number, newer: number) =>
  (seen: Seen): void => {
    const { candles, sign } = seen;
    const turns = turnsOf(candles, sign === 1 ? -1 : 1);
    const last = turns.findLast(({ price }) => price === newer)!;
    const before = turns.findLast(({ price, index }) => price === older && index < last.index)!;
    expect((last.price - before.price) * sign).toBeLessThan(0);
    expect(flowOf(candles.slice(before.index + 1, last.index + 1)) * sign).toBeGreaterThan(0);
    // Known five candles after the turn, and news for three.
    expect(candles.length - 1 - last.index - 5).toBeLessThan(3);
    expectStop(seen, stopEdge(seen), 0.1);
  };

/** The nearer of two ATRs and the extreme of five candles. */
const stopEdge = ({ candles, sign, last, atr }: Seen): number => {
  const extreme = sign === 1 ? lowest(candles.slice(-5)) : highest(candles.slice(-5));
  const farthest = last.close - sign * 1.9 * atr;
  return sign === 1 ? Math.max(extreme, farthest) : Math.min(extreme, farthest);
};
