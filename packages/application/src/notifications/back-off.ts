import type { Repetition } from "../ports/notifications.ts";

const minuteMs = 60_000;
/** How long something equal stays quiet after it was told for the first, second ... time in a row. */
const quietMs = [5 * minuteMs, 15 * minuteMs, 60 * minuteMs, 240 * minuteMs] as const;

const quietAfter = (times: number): number => quietMs[Math.min(times, quietMs.length) - 1] ?? quietMs[0];

/** What to do about something that may have happened before; after twice its quiet time it counts as new. */
export function backedOff(
  before: Repetition | undefined,
  atMs: number,
): { readonly tell: boolean; readonly suppressed: number; readonly next: Repetition } {
  const isNew = before === undefined || atMs > before.toldAtMs + 2 * quietAfter(before.times);
  if (isNew) return { tell: true, suppressed: 0, next: { toldAtMs: atMs, times: 1, suppressed: 0, nextAtMs: atMs + quietAfter(1) } };
  if (atMs < before.nextAtMs) return { tell: false, suppressed: 0, next: { ...before, suppressed: before.suppressed + 1 } };
  const times = before.times + 1;
  return { tell: true, suppressed: before.suppressed, next: { toldAtMs: atMs, times, suppressed: 0, nextAtMs: atMs + quietAfter(times) } };
}
