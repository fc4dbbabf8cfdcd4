import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { type PricePath, pathTicks, pathTimesMs } from "../market/price-path.ts";

/** When a watched level was reached, and from where the market goes on. */
export interface Touch {
  readonly timeMs: number;
  /** The level itself, or the worse price found when the market jumped over it. */
  readonly ticks: number;
}

export type Crossing = "atOrAbove" | "atOrBelow";

const reached = (crossing: Crossing, value: number, level: number): boolean => (crossing === "atOrAbove" ? value >= level : value <= level);

/** The first instant at which a line from `from` to `to` reaches the level, as a share of its length; undefined when it does not. */
function shareOfLine(crossing: Crossing, from: number, to: number, level: number): number | undefined {
  if (reached(crossing, from, level)) return 0;
  if (!reached(crossing, to, level)) return undefined;
  return (level - from) / (to - from);
}

/**
 * The first touch of a last-price level in [fromMs, untilMs], which lies inside one minute.
 *
 * Already beyond at the start means a gap: the touch carries the price found there, not the level.
 */
export function touchOfLast(
  path: PricePath,
  instrument: SimulatedInstrument,
  crossing: Crossing,
  levelTicks: number,
  fromMs: number,
  untilMs: number,
): Touch | undefined {
  const minute = path.minuteAt(instrument, fromMs);
  if (minute === undefined) {
    const ticks = path.lastTicks(instrument, fromMs);
    return ticks > 0 && reached(crossing, ticks, levelTicks) ? { timeMs: fromMs, ticks } : undefined;
  }
  const ticks = pathTicks(minute.rows, minute.offset);
  const start = Math.floor(fromMs / minuteMs) * minuteMs;
  const valueAt = (insideMs: number): number => {
    const segment = Math.min(2, Math.floor(insideMs / 20_000));
    return ticks[segment]! + ((ticks[segment + 1]! - ticks[segment]!) * (insideMs - pathTimesMs[segment]!)) / 20_000;
  };
  const from = fromMs - start;
  const until = untilMs - start;
  const now = valueAt(from);
  if (reached(crossing, now, levelTicks)) return { timeMs: fromMs, ticks: Math.round(now) };
  for (let segment = 0; segment < 3; segment++) {
    const segmentFrom = Math.max(from, pathTimesMs[segment]!);
    const segmentUntil = Math.min(until, pathTimesMs[segment + 1]!);
    if (segmentUntil <= segmentFrom) continue;
    const share = shareOfLine(crossing, valueAt(segmentFrom), segmentUntil === minuteMs ? ticks[3] : valueAt(segmentUntil), levelTicks);
    if (share === undefined) continue;
    const timeMs = Math.min(untilMs, start + Math.ceil(segmentFrom + share * (segmentUntil - segmentFrom)));
    return { timeMs, ticks: levelTicks };
  }
  return undefined;
}

/** The first touch of a mark-price level in [fromMs, untilMs] inside one minute, where the mark moves in a line; the last price then. */
export function touchOfMark(
  path: PricePath,
  instrument: SimulatedInstrument,
  crossing: Crossing,
  level: number,
  fromMs: number,
  untilMs: number,
): Touch | undefined {
  const share = shareOfLine(crossing, path.markPrice(instrument, fromMs), path.markPrice(instrument, untilMs), level);
  if (share === undefined) return undefined;
  const timeMs = Math.min(untilMs, fromMs + Math.ceil(share * (untilMs - fromMs)));
  return { timeMs, ticks: path.lastTicks(instrument, timeMs) };
}
