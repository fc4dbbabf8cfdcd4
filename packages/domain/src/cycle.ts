import { durationMs, openTimeOf } from "./timeframe.ts";

/** The close of one 15m candle in ISO without milliseconds, `2026-11-21T10:15:00Z`: the name under which everything about it is stored. */
export type CycleId = string & { readonly cycle: unique symbol };

export const cycleTimeframe = "15m";

/** The cycle of the candle that closes at the instant; throws when the instant is no 15-minute boundary. */
export function cycleIdOf(closeTimeMs: number): CycleId {
  if (openTimeOf(cycleTimeframe, closeTimeMs) !== closeTimeMs) throw new Error(`${closeTimeMs} is not the close of a 15m candle`);
  return new Date(closeTimeMs).toISOString().replace(".000Z", "Z") as CycleId;
}

/** The close time in UTC milliseconds; throws on a text that is no cycle. */
export function closeTimeOfCycle(cycleId: string): number {
  const closeTimeMs = Date.parse(cycleId);
  if (Number.isNaN(closeTimeMs) || cycleIdOf(closeTimeMs) !== cycleId)
    throw new Error(`"${cycleId}" is not a cycle (expected the form 2026-11-21T10:15:00Z)`);
  return closeTimeMs;
}

/** The cycle that the schedule one minute before a close means: the next close at or after the instant. */
export function cycleDueAt(nowMs: number): CycleId {
  const duration = durationMs(cycleTimeframe);
  return cycleIdOf(Math.ceil(nowMs / duration) * duration);
}

/** UTC day of an instant, `2026-11-21`. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
