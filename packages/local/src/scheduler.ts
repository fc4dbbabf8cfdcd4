import { setTimeout } from "node:timers/promises";
import type { Clock } from "@winiswin/application/ports/clock";
import { isoSeconds } from "./local-aws.ts";
import { parseScheduleExpression, type ScheduleExpression } from "./schedule-expression.ts";
import type { Topology } from "./topology.ts";

export interface DueSchedule {
  readonly schedule: string;
  readonly functionName: string;
  readonly dueMs: number;
  readonly event: unknown;
  readonly retries: number;
  readonly usefulForSeconds: number;
}

/** The schedules of the topology on any clock; it says what is due and leaves running it to others. */
export interface Timetable {
  /** When the next schedule is due strictly after the instant; undefined when none ever is. */
  nextDueMs(afterMs: number): number | undefined;
  /** What is due at exactly the instant, in the order of the names. */
  dueAt(atMs: number): readonly DueSchedule[];
}

/** Reads all expressions; throws when one is none. */
export function createTimetable({ schedules, scheduleEvent }: Pick<Topology, "schedules" | "scheduleEvent">): Timetable {
  const entries = Object.entries(schedules)
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([schedule, description]) => ({
      schedule,
      functionName: description.function,
      retries: description.retries ?? 0,
      usefulForSeconds: description.usefulForSeconds ?? 60,
      expression: parseScheduleExpression(description.expression),
    }));
  const isDue = (expression: ScheduleExpression, atMs: number) => expression.nextFireMs(atMs - 1) === atMs;

  return {
    nextDueMs(afterMs) {
      const instants = entries.flatMap(({ expression }) => expression.nextFireMs(afterMs) ?? []);
      return instants.length === 0 ? undefined : Math.min(...instants);
    },
    dueAt: (atMs) =>
      entries
        .filter(({ expression }) => isDue(expression, atMs))
        .map(({ expression: _, ...rest }) => ({ ...rest, dueMs: atMs, event: scheduleEvent(isoSeconds(atMs)) })),
  };
}

/** A pause is cut into pieces, because the machine's clock may be set or the machine may sleep meanwhile. */
const longestPauseMs = 60_000;

export interface Scheduler {
  stop(): void;
}

/**
 * Fires schedules on a clock that runs by itself.
 *
 * After a gap (the machine slept) only the last missed time of each schedule is made up for: older candles are no longer worth a trade.
 * A run that is due while the one before still runs waits for it, and only the newest waits.
 */
export function startScheduler(options: {
  readonly clock: Clock;
  readonly timetable: Timetable;
  readonly run: (due: DueSchedule) => Promise<void>;
}): Scheduler {
  const { clock, timetable } = options;
  const stopped = new AbortController();
  const running = new Set<string>();
  const waiting = new Map<string, DueSchedule>();

  function fire(due: DueSchedule): void {
    if (running.has(due.schedule)) {
      waiting.set(due.schedule, due);
      return;
    }
    running.add(due.schedule);
    void options.run(due).finally(() => {
      running.delete(due.schedule);
      const next = waiting.get(due.schedule);
      waiting.delete(due.schedule);
      if (next !== undefined && !stopped.signal.aborted) fire(next);
    });
  }

  async function keepTime(): Promise<void> {
    let lastMs = clock.nowMs();
    for (;;) {
      const nextMs = timetable.nextDueMs(lastMs);
      if (nextMs === undefined) return;
      // A timer of its own instead of the clock's sleep, so that stopping need not wait for the next minute.
      while (clock.nowMs() < nextMs) {
        const pauseMs = Math.min(longestPauseMs, Math.max(1, clock.realMsUntil(nextMs)));
        await setTimeout(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
        if (stopped.signal.aborted) return;
      }
      const latest = new Map<string, DueSchedule>();
      const nowMs = clock.nowMs();
      for (let atMs: number | undefined = nextMs; atMs !== undefined && atMs <= nowMs; atMs = timetable.nextDueMs(atMs)) {
        for (const due of timetable.dueAt(atMs)) latest.set(due.schedule, due);
        lastMs = atMs;
      }
      for (const due of latest.values()) fire(due);
    }
  }

  void keepTime();
  return {
    stop() {
      stopped.abort();
      waiting.clear();
    },
  };
}
