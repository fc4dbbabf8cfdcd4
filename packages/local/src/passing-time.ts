import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedClock, SteppedClock } from "./clock.ts";
import type { ExchangeProcess } from "./exchange-process.ts";
import { startScheduler } from "./scheduler.ts";
import { runStepped, type SteppedRunOptions } from "./stepped-run.ts";
import type { EndReason, Progress, SystemOptions } from "./system-options.ts";
import { markClock } from "./time.ts";

/** What was done after the last mark is done again after a kill, which changes nothing that was decided. */
const markEveryMs = 300_000;
/** How long the instant that has begun may take at the end. */
const stopPatienceMs = 10_000;

export interface PassingTime {
  /** Resolves when the last instant is done, the cycles are, or `stop` was called. */
  readonly ended: Promise<EndReason>;
  stop(): Promise<void>;
}

/** Sets time going: by itself, or from instant to instant. */
export function letTimePass(
  parts: Omit<SteppedRunOptions, "clock" | "advanceMarket" | "shouldEnd" | "endMs"> & {
    readonly options: SystemOptions;
    readonly clock: EmbeddedClock | SteppedClock;
    readonly exchange: ExchangeProcess | undefined;
    readonly reachedCycles: () => boolean;
    /** True once the cycle of the last wanted close is executed. */
    readonly reachedEnd: () => boolean;
    readonly tell: (progress: Progress) => void;
  },
): PassingTime {
  const { options, clock, timetable, run, tell } = parts;
  // The cycle of the last close ends the run when it is executed; it has its deadline a minute after the close.
  const endMs = options.toMs === undefined ? undefined : options.toMs + 60_000;
  if (!isStepped(clock)) {
    const scheduler = startScheduler({ clock, timetable, run });
    const ended = Promise.withResolvers<EndReason>();
    if (endMs !== undefined) void clock.sleepUntil(endMs).then(() => ended.resolve({ reason: "to" }));
    return { ended: ended.promise, stop: async () => scheduler.stop() };
  }
  let asked = false;
  let markedMs = 0;
  const leaving = new AbortController();
  const running = runStepped({
    ...parts,
    clock,
    endMs,
    async advanceMarket(atMs) {
      await options.atRest?.(clock.nowMs());
      if (options.pace !== undefined) await pacedWait((atMs - clock.nowMs()) / options.pace, leaving.signal);
      await parts.exchange?.advanceTo(atMs);
      if (atMs - markedMs >= markEveryMs) {
        markClock(options.stateFolder, atMs);
        markedMs = atMs;
      }
      tell({ kind: "clock", nowMs: atMs });
    },
    shouldEnd: () => asked || parts.reachedCycles() || parts.reachedEnd(),
  });
  return {
    ended: running.then((why): EndReason => {
      // At rest nothing is behind the clock, and whoever asks the stopped state is told the time of what it holds.
      markClock(options.stateFolder, clock.nowMs());
      return { reason: why === "end" || (!asked && parts.reachedEnd()) ? "to" : asked ? "stopped" : "cycles" };
    }),
    async stop() {
      asked = true;
      leaving.abort();
      // An instant that has begun is finished, unless what it waits for is gone.
      await Promise.race([running.catch(() => undefined), once(AbortSignal.timeout(stopPatienceMs), "abort")]);
    },
  };
}

/** Ends early when the system stops. */
const pacedWait = (realMs: number, signal: AbortSignal): Promise<void> => sleep(realMs, undefined, { signal }).catch(() => undefined);

const isStepped = (clock: EmbeddedClock | SteppedClock): clock is SteppedClock => clock.kind === "stepped";
