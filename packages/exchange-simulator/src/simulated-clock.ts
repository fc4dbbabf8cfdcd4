/** How the time of the market runs. */
export type ClockOptions =
  | { readonly kind: "real" }
  | { readonly kind: "accelerated"; readonly startMs: number; readonly speed: number }
  | { readonly kind: "stepped"; readonly startMs: number };

export interface ClockReading {
  readonly nowMs: number;
  readonly kind: ClockOptions["kind"];
  /** Simulated milliseconds per real one; 0 for a stepped clock. */
  readonly speed: number;
  readonly startMs: number;
  /** The real instant at which an accelerated clock showed `startMs`. */
  readonly realStartMs: number;
}

const rememberedSteps = 1_000;

/**
 * The time of the simulated market.
 *
 * A request's age is a matter of the network, which does not get slower when the market runs faster: `realAgeMs` tells how long ago, in
 * real milliseconds, the clock showed a timestamp. For an accelerated clock that is the simulated age divided by the speed; a stepped
 * clock remembers when it left each time it stood at. So recvWindow and the +1000 ms rule mean the same at every speed, and nobody is
 * punished for time that ran out under one request. Rate limits, in contrast, count per simulated minute: they are rules of the market,
 * and an accelerated bot that works once per candle meets the same budget per candle as a real one. A stepped clock that stands still
 * never opens a new minute; whoever drives it chooses `weightLimitPerMinute` accordingly.
 */
export interface SimulatedClock {
  nowMs(): number;
  read(): ClockReading;
  realAgeMs(timestampMs: number): number;
  /** Moves a stepped clock forward; throws RangeError for another kind or a step back. */
  advanceTo(nowMs: number): void;
}

/** `realNow` is the machine's clock in milliseconds since 1970. */
export function createClock(options: ClockOptions, realNow: () => number): SimulatedClock {
  switch (options.kind) {
    case "real":
      return realClock(realNow);
    case "accelerated":
      return acceleratedClock(options.startMs, options.speed, realNow);
    case "stepped":
      return steppedClock(options.startMs, realNow);
  }
}

function refuseStep(): never {
  throw new RangeError("Only a stepped clock can be advanced.");
}

function realClock(realNow: () => number): SimulatedClock {
  const realStartMs = realNow();
  return {
    nowMs: realNow,
    read: () => ({ nowMs: realNow(), kind: "real", speed: 1, startMs: realStartMs, realStartMs }),
    realAgeMs: (timestampMs) => realNow() - timestampMs,
    advanceTo: refuseStep,
  };
}

function acceleratedClock(startMs: number, speed: number, realNow: () => number): SimulatedClock {
  const realStartMs = realNow();
  const nowMs = () => Math.floor(startMs + (realNow() - realStartMs) * speed);
  return {
    nowMs,
    read: () => ({ nowMs: nowMs(), kind: "accelerated", speed, startMs, realStartMs }),
    realAgeMs: (timestampMs) => (nowMs() - timestampMs) / speed,
    advanceTo: refuseStep,
  };
}

function steppedClock(startMs: number, realNow: () => number): SimulatedClock {
  let current = startMs;
  const steps: { readonly toMs: number; readonly realMs: number }[] = [{ toMs: startMs, realMs: realNow() }];
  return {
    nowMs: () => current,
    read: () => ({ nowMs: current, kind: "stepped", speed: 0, startMs, realStartMs: steps[0]!.realMs }),
    realAgeMs: (timestampMs) => {
      if (timestampMs >= current) return current - timestampMs;
      const left = steps.find((step) => step.toMs > timestampMs);
      return realNow() - (left?.realMs ?? realNow());
    },
    advanceTo: (nowMs) => {
      if (nowMs < current) throw new RangeError(`The clock stands at ${current} and does not go back to ${nowMs}.`);
      if (nowMs === current) return;
      current = nowMs;
      steps.push({ toMs: nowMs, realMs: realNow() });
      if (steps.length > rememberedSteps) steps.shift();
    },
  };
}
