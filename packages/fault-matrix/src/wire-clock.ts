import type { SimulatedClock } from "@winiswin/exchange-simulator";
import type { SteppedClock } from "@winiswin/testkit";

/**
 * The exchange's view of the clock that the case steps: what a client waits for passes on that clock too, so the age of a request is the
 * stepped time since its timestamp and the receive window means what it means in production.
 */
export function exchangeClock(clock: SteppedClock): SimulatedClock {
  const startMs = clock.nowMs();
  return {
    nowMs: clock.nowMs,
    read: () => ({ nowMs: clock.nowMs(), kind: "stepped", speed: 0, startMs, realStartMs: startMs }),
    realAgeMs: (timestampMs) => clock.nowMs() - timestampMs,
    advanceTo: clock.advanceTo,
  };
}
