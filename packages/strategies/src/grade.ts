import type { SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { trend1hValue } from "./ict-smc/confidence.ts";

/** What one component saw: 0 (against, or unknown) to 1 (fully for), and why. */
export interface Grade {
  readonly value: number;
  readonly reason: string;
}

/** Keeps the value within 0 and 1; what is not a number was unknown and is worth 0. */
export const grade = (value: number, reason: string): Grade => ({ value: value > 0 ? Math.min(value, 1) : 0, reason });

/** 0 at `zeroAt`, 1 at `oneAt`, linear between and held beyond; NaN stays NaN. */
export const ramp = (value: number, zeroAt: number, oneAt: number): number => Math.min(1, Math.max(0, (value - zeroAt) / (oneAt - zeroAt)));

/** Where a candle closed in its range, seen in the direction: 1 at its best price, 0 at its worst, NaN without a range. */
export const closeLocation = (candle: Candle, sign: 1 | -1): number =>
  (sign === 1 ? candle.close - candle.low : candle.high - candle.close) / (candle.high - candle.low);

/** Volume of the last candle in medians of the 20 before; NaN without a median. */
export const volumeRatio = (view: SymbolView): number => (view.volumeMedian20 > 0 ? view.candle.volume / view.volumeMedian20 : Number.NaN);

/** The most adverse price of the last candles: their lowest low for a long, their highest high for a short. */
export function recentExtreme(view: SymbolView, sign: 1 | -1, count: number): number {
  let extreme = sign === 1 ? view.candle.low : view.candle.high;
  const held = Math.min(count, view.candles.run);
  for (let back = 1; back < held; back++) {
    const candle = view.candles.candle(back);
    extreme = sign === 1 ? Math.min(extreme, candle.low) : Math.max(extreme, candle.high);
  }
  return extreme;
}

/** How many of three 1h conditions (close beyond EMA50, EMA20 beyond EMA50, structure) agree with the direction. */
export const trend1hGrade = (view: SymbolView, sign: 1 | -1): Grade => {
  const value = trend1hValue(view, sign);
  return grade(value, `1h trend agrees ${value === 1 ? "fully" : value === 0 ? "not at all" : `in part (${value})`}`);
};

/** How decisively the last candle closed in the direction: 0 at the middle of its range, 1 at its end. */
export const rejectionGrade = (view: SymbolView, sign: 1 | -1): Grade => {
  const location = closeLocation(view.candle, sign);
  return grade(ramp(location, 0.5, 0.9), `closed at ${percentText(location)} of its range in the direction`);
};

/** Whether more was traded than usual, from one ratio to another. */
export const volumeGrade = (ratio: number, zeroAt: number, oneAt: number): Grade =>
  grade(ramp(ratio, zeroAt, oneAt), `volume ${numberText(ratio)} times its median`);

export const numberText = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "unknown" : String(Number(value.toFixed(2)));

export const percentText = (fraction: number): string => (Number.isNaN(fraction) ? "unknown" : `${Math.round(fraction * 100)} %`);
