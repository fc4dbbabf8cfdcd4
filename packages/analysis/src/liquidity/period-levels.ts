import type { CandleRing } from "../candle-ring.ts";

/** High and low of a whole period that has ended. */
export interface PeriodExtremes {
  readonly high: number;
  readonly low: number;
}

const daysPerWeek = 7;

/** Days since Monday of the week that a day (counted since 1970, a Thursday) belongs to. */
const weekdayOf = (day: number): number => (day + 3) % daysPerWeek;

/** Extremes of the last whole UTC day, found in the daily candles; undefined while there is none. */
export const previousDay = (days: CandleRing): PeriodExtremes | undefined => extremesOf(days, 0, 1);

/** Extremes of the last whole week, Monday to Sunday UTC; undefined while the daily candles do not reach back that far. */
export const previousWeek = (days: CandleRing): PeriodExtremes | undefined =>
  days.bar < 0 ? undefined : extremesOf(days, (weekdayOf(days.bar) + 1) % daysPerWeek, daysPerWeek);

function extremesOf(days: CandleRing, back: number, count: number): PeriodExtremes | undefined {
  if (days.run < back + count) return undefined;
  let high = 0;
  let low = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const at = (days.bar - back - index) & days.mask;
    high = Math.max(high, days.high[at]!);
    low = Math.min(low, days.low[at]!);
  }
  return { high, low };
}
