import type { Crossing } from "../matching/price-touch.ts";
import type { PriceLine } from "../matching/trailing.ts";

/** One minute as the followed exchange shows it, in quote asset; the newest is still open. */
export interface LiveMinute {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A price going from one value to another in a line. */
type Stroke = readonly [from: number, to: number];

/** How a price went in a span of time, as far as anybody can know: strokes of equal length; between two strokes it may jump. */
export interface Course {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly strokes: readonly Stroke[];
}

export interface CourseTouch {
  readonly timeMs: number;
  /** The level itself, or the worse price found when the price jumped over it. */
  readonly price: number;
}

/** A rising stretch visits its low first, as everywhere in the simulator. */
function strokesThrough(from: number, lows: readonly number[], highs: readonly number[], to: number): readonly Stroke[] {
  const points = to >= from ? [from, ...lows, ...highs, to] : [from, ...highs, ...lows, to];
  return points.slice(1).map((point, index) => [points[index]!, point] as const);
}

/** A whole minute, from its own open. */
const whole = ({ open, high, low, close }: LiveMinute): readonly Stroke[] => strokesThrough(open, [low], [high], close);

/** What a minute shows beyond what it showed when it was last seen: an old high or low is nobody's again. */
const beyond = (seen: LiveMinute, now: LiveMinute): readonly Stroke[] =>
  strokesThrough(seen.close, now.low < seen.low ? [now.low] : [], now.high > seen.high ? [now.high] : [], now.close);

/**
 * The course in each of the spans between `cutsMs` (two at least; all but the outer ones are full minutes), given the minute seen last and
 * all minutes from that one on, oldest first.
 *
 * A minute belongs to the first span that reaches into it; one that the exchange shows later or earlier than this clock would have it
 * goes to the nearest span. Without a row the price stands still.
 */
export function coursesOf(seen: LiveMinute, minutes: readonly LiveMinute[], cutsMs: readonly number[]): readonly Course[] {
  const courses: Course[] = [];
  let next = 0;
  let last = seen.close;
  while (next < minutes.length && minutes[next]!.openMs < seen.openMs) next++;
  for (let span = 0; span + 1 < cutsMs.length; span++) {
    const fromMs = cutsMs[span]!;
    const untilMs = cutsMs[span + 1]!;
    const isLast = span + 2 === cutsMs.length;
    const strokes: Stroke[] = [];
    for (let minute = minutes[next]; minute !== undefined && (isLast || minute.openMs < untilMs); minute = minutes[++next]) {
      strokes.push(...(minute.openMs === seen.openMs ? beyond(seen, minute) : whole(minute)));
    }
    if (strokes.length === 0) strokes.push([last, last]);
    last = strokes.at(-1)![1];
    courses.push({ fromMs, untilMs, strokes });
  }
  return courses;
}

/** The end of every minute inside a span, with the span's own ends. */
export function minuteCuts(fromMs: number, untilMs: number): readonly number[] {
  const cuts = [fromMs];
  for (let cut = (Math.floor(fromMs / 60_000) + 1) * 60_000; cut < untilMs; cut += 60_000) cuts.push(cut);
  cuts.push(untilMs);
  return cuts;
}

const strokeStart = ({ fromMs, untilMs, strokes }: Course, index: number): number => fromMs + ((untilMs - fromMs) * index) / strokes.length;

/** The instants at which a stroke begins or ends. */
export const turningTimes = (course: Course): readonly number[] =>
  Array.from({ length: course.strokes.length + 1 }, (_, index) => strokeStart(course, index));

/** The strokes with their times. */
export const linesOf = (course: Course): readonly PriceLine[] =>
  course.strokes.map(([from, to], index) => ({ fromMs: strokeStart(course, index), untilMs: strokeStart(course, index + 1), from, to }));

/** The price at an instant; before the course its start, after it its end. */
export function priceAt(course: Course, timeMs: number): number {
  const { fromMs, untilMs, strokes } = course;
  if (timeMs >= untilMs) return strokes.at(-1)![1];
  if (timeMs <= fromMs) return strokes[0]![0];
  const index = Math.min(strokes.length - 1, Math.floor(((timeMs - fromMs) / (untilMs - fromMs)) * strokes.length));
  const [from, to] = strokes[index]!;
  const startMs = strokeStart(course, index);
  const lengthMs = strokeStart(course, index + 1) - startMs;
  return from + ((to - from) * (timeMs - startMs)) / lengthMs;
}

/** The first touch of a level from `afterMs` on. */
export function touchOf(course: Course, crossing: Crossing, level: number, afterMs: number): CourseTouch | undefined {
  const reached = (price: number): boolean => (crossing === "atOrAbove" ? price >= level : price <= level);
  for (const [index, [from, to]] of course.strokes.entries()) {
    const startMs = strokeStart(course, index);
    const endMs = strokeStart(course, index + 1);
    if (endMs < afterMs || (!reached(from) && !reached(to))) continue;
    const crossMs = from === to ? startMs : startMs + ((endMs - startMs) * (level - from)) / (to - from);
    const timeMs = Math.max(reached(from) ? startMs : crossMs, afterMs);
    if (timeMs > (reached(to) ? endMs : crossMs)) continue;
    const standing = reached(from) || timeMs > crossMs;
    const price = !standing ? level : endMs === startMs ? from : from + ((to - from) * (timeMs - startMs)) / (endMs - startMs);
    return { timeMs: Math.min(course.untilMs, Math.ceil(timeMs)), price };
  }
  return undefined;
}
