import type { Clock } from "@winiswin/application";

/** A clock for tests: sleeping moves it, nothing else does but `advanceTo`. */
export interface SteppedClock extends Clock {
  advanceTo(atMs: number): void;
}

export function steppedClock(startMs: number): SteppedClock {
  let nowMs = startMs;
  const advanceTo = (atMs: number) => {
    nowMs = Math.max(nowMs, atMs);
  };
  return { nowMs: () => nowMs, sleepUntil: async (atMs) => advanceTo(atMs), realMsUntil: () => 0, advanceTo };
}
