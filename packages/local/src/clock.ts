import type { Clock } from "@winiswin/application/ports/clock";
import { currentActivity } from "./activity.ts";

/** The time of the embedded system; `speed` is clock milliseconds per real one, 0 when only `advanceTo` moves it. */
export interface EmbeddedClock extends Clock {
  readonly kind: "real" | "accelerated" | "stepped";
  readonly speed: number;
}

export interface SteppedClock extends EmbeddedClock {
  readonly kind: "stepped";
  /** Moves the clock and wakes whoever sleeps until then or earlier, in the order of their instants; throws on a step back. */
  advanceTo(atMs: number): void;
  /** When the next sleeper wakes; undefined when nobody sleeps. */
  nextWakeMs(): number | undefined;
}

/** The longest delay of a timer; a longer one would fire at once. */
const longestTimerMs = 2_147_483_647;

async function realSleep(milliseconds: number): Promise<void> {
  for (let remaining = milliseconds; remaining > 0; remaining -= longestTimerMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(remaining, longestTimerMs)));
  }
}

export function createRealClock(realNow: () => number = Date.now): EmbeddedClock {
  return createAcceleratedClock({ startMs: 0, realStartMs: 0, speed: 1 }, realNow, "real");
}

/** now = startMs + (real now - realStartMs) x speed: the formula of the exchange simulator, so that both show the same time. */
export function createAcceleratedClock(
  { startMs, realStartMs, speed }: { startMs: number; realStartMs: number; speed: number },
  realNow: () => number = Date.now,
  kind: "real" | "accelerated" = "accelerated",
): EmbeddedClock {
  const nowMs = () => Math.floor(startMs + (realNow() - realStartMs) * speed);
  const realMsUntil = (atMs: number) => Math.max(0, Math.ceil((atMs - nowMs()) / speed));
  return {
    kind,
    speed,
    nowMs,
    realMsUntil,
    async sleepUntil(atMs) {
      if (nowMs() >= atMs) return;
      const activity = currentActivity();
      activity?.sleeps(1);
      // A timer may fire a hair early, and the real clock may be set back.
      while (nowMs() < atMs) await realSleep(Math.max(1, realMsUntil(atMs)));
      activity?.sleeps(-1);
    },
  };
}

export function createSteppedClock(startMs: number): SteppedClock {
  let current = startMs;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  return {
    kind: "stepped",
    speed: 0,
    nowMs: () => current,
    realMsUntil: () => 0,

    sleepUntil(atMs) {
      if (atMs <= current) return Promise.resolve();
      const activity = currentActivity();
      activity?.sleeps(1);
      return new Promise((resolve) => {
        const wake = () => {
          activity?.sleeps(-1);
          resolve();
        };
        const later = sleepers.findIndex((sleeper) => sleeper.atMs > atMs);
        sleepers.splice(later === -1 ? sleepers.length : later, 0, { atMs, wake });
      });
    },

    nextWakeMs: () => sleepers[0]?.atMs,

    advanceTo(atMs) {
      if (atMs < current) throw new RangeError(`the clock stands at ${current} and does not go back to ${atMs}`);
      current = atMs;
      for (let first = sleepers[0]; first !== undefined && first.atMs <= atMs; first = sleepers[0]) {
        sleepers.shift();
        first.wake();
      }
    },
  };
}
