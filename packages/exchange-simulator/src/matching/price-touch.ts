import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { type PricePath, pathTicks, pathTimesMs, segmentMs } from "../market/price-path.ts";

/** When a watched level was reached, and from where the market goes on. */
export interface Touch {
  readonly timeMs: number;
  /** The level itself, or the worse price found when the market jumped over it. */
  readonly ticks: number;
}

export type Crossing = "atOrAbove" | "atOrBelow";

const reached = (crossing: Crossing, value: number, level: number): boolean => (crossing === "atOrAbove" ? value >= level : value <= level);

/** Milliseconds, both ends included, counted from the start of the line. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether the line reaches the level inside, instead of starting beyond it. */
  readonly crosses: boolean;
}

/**
 * The whole milliseconds of a line during which the level is reached.
 *
 * Always judged over the whole line, never over the part somebody looks at, so that rounding cannot depend on when the exchange is asked.
 */
function stretchBeyond(crossing: Crossing, from: number, to: number, lengthMs: number, level: number): Stretch | undefined {
  const atStart = reached(crossing, from, level);
  const atEnd = reached(crossing, to, level);
  if (!atStart && !atEnd) return undefined;
  if (atStart && atEnd) return { fromMs: 0, untilMs: lengthMs, crosses: false };
  const crossMs = (lengthMs * (level - from)) / (to - from);
  return atEnd
    ? { fromMs: Math.ceil(crossMs), untilMs: lengthMs, crosses: true }
    : { fromMs: 0, untilMs: Math.floor(crossMs), crosses: false };
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
  for (let segment = 0; segment < 3; segment++) {
    const segmentStart = start + pathTimesMs[segment]!;
    const stretch = stretchBeyond(crossing, ticks[segment]!, ticks[segment + 1]!, segmentMs, levelTicks);
    if (stretch === undefined) continue;
    const first = segmentStart + stretch.fromMs;
    const timeMs = Math.max(first, fromMs);
    if (timeMs > Math.min(segmentStart + stretch.untilMs, untilMs)) continue;
    if (stretch.crosses && timeMs === first) return { timeMs, ticks: levelTicks };
    const along = (timeMs - segmentStart) / segmentMs;
    return { timeMs, ticks: Math.round(ticks[segment]! + (ticks[segment + 1]! - ticks[segment]!) * along) };
  }
  return undefined;
}

/** The first touch of a mark-price level in [fromMs, untilMs] inside one minute; with the last price then. */
export function touchOfMark(
  path: PricePath,
  instrument: SimulatedInstrument,
  crossing: Crossing,
  level: number,
  fromMs: number,
  untilMs: number,
): Touch | undefined {
  const start = Math.floor(fromMs / minuteMs) * minuteMs;
  const points = path.markPoints(instrument, start);
  for (let segment = 0; segment < 3; segment++) {
    const segmentStart = start + pathTimesMs[segment]!;
    const stretch = stretchBeyond(crossing, points[segment]!, points[segment + 1]!, segmentMs, level);
    if (stretch === undefined) continue;
    const timeMs = Math.max(segmentStart + stretch.fromMs, fromMs);
    if (timeMs <= Math.min(segmentStart + stretch.untilMs, untilMs)) return { timeMs, ticks: path.lastTicks(instrument, timeMs) };
  }
  return undefined;
}
