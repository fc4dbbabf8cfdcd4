import { dayMs, minuteMs } from "./candle-columns.ts";

const hourMs = 3_600_000;

/** Binance's candle lengths of fixed duration, in milliseconds. */
const durations: ReadonlyMap<string, number> = new Map([
  ["1m", minuteMs],
  ["3m", 3 * minuteMs],
  ["5m", 5 * minuteMs],
  ["15m", 15 * minuteMs],
  ["30m", 30 * minuteMs],
  ["1h", hourMs],
  ["2h", 2 * hourMs],
  ["4h", 4 * hourMs],
  ["6h", 6 * hourMs],
  ["8h", 8 * hourMs],
  ["12h", 12 * hourMs],
  ["1d", dayMs],
  ["3d", 3 * dayMs],
  ["1w", 7 * dayMs],
]);

/** A candle length as the exchange names it; every one starts at UTC boundaries, weeks on Monday, months on the first. */
export interface Interval {
  readonly name: string;
  /** Nominal length; a month counts 30 days. */
  readonly lengthMs: number;
  openTimeOf(timeMs: number): number;
  /** The start of the candle `count` places after (or, negative, before) the one that opens at `openTimeMs`. */
  shift(openTimeMs: number, count: number): number;
}

// 1970-01-01 was a Thursday; weeks open on Mondays.
const offsetOf = (name: string): number => (name === "1w" ? 4 * dayMs : 0);

function fixedInterval(name: string, lengthMs: number): Interval {
  const offset = offsetOf(name);
  return {
    name,
    lengthMs,
    openTimeOf: (timeMs) => Math.floor((timeMs - offset) / lengthMs) * lengthMs + offset,
    shift: (openTimeMs, count) => openTimeMs + count * lengthMs,
  };
}

const month: Interval = {
  name: "1M",
  lengthMs: 30 * dayMs,
  openTimeOf: (timeMs) => {
    const date = new Date(timeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  },
  shift: (openTimeMs, count) => {
    const date = new Date(openTimeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count);
  },
};

const intervals: ReadonlyMap<string, Interval> = new Map([
  ...[...durations].map(([name, lengthMs]) => [name, fixedInterval(name, lengthMs)] as const),
  ["1M", month] as const,
]);

export const findInterval = (name: string): Interval | undefined => intervals.get(name);
