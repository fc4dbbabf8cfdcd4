import type { Clock } from "@winiswin/application/ports/clock";

/** A stepped clock whose time goes on in real milliseconds within each instant, so that work lasts as long on it as it really does. */
export interface FlowingClock extends Clock {
  /** Told when the stepped clock has moved. */
  moved(): void;
}

export function createFlowingClock(stepped: Clock, realNow: () => number): FlowingClock {
  let movedAt = realNow();
  const nowMs = () => Math.floor(stepped.nowMs() + realNow() - movedAt);
  return {
    nowMs,
    sleepUntil: async (atMs) => {
      if (atMs > nowMs()) await stepped.sleepUntil(atMs);
    },
    realMsUntil: () => 0,
    moved: () => {
      movedAt = realNow();
    },
  };
}
