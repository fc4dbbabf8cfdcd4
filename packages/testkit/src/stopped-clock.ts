import type { Clock } from "@winiswin/application/ports/clock";

/** Stands still until it is moved or slept on; sleeping moves it at once. */
export function stoppedClock(startMs: number): Clock & { moveTo(atMs: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    async sleepUntil(atMs) {
      nowMs = Math.max(nowMs, atMs);
    },
    realMsUntil: () => 0,
    moveTo(atMs) {
      nowMs = atMs;
    },
  };
}
