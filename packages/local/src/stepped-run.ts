import type { Bus } from "./bus.ts";
import type { SteppedClock } from "./clock.ts";
import type { Emulators } from "./emulators.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { QueueCounts } from "./fauxqs-server.ts";
import type { Lambda } from "./lambda.ts";
import type { Pulse } from "./pulse.ts";
import type { DueSchedule, Timetable } from "./scheduler.ts";

export interface QueueMapping {
  /** The queue's name on the wire. */
  readonly wireName: string;
  readonly fifo: boolean;
  readonly mapping: EventSourceMapping;
}

export interface SteppedRunOptions {
  readonly clock: SteppedClock;
  readonly timetable: Timetable;
  readonly lambda: Lambda;
  readonly bus: Bus;
  readonly mappings: readonly QueueMapping[];
  readonly emulators: Pick<Emulators, "queueCounts">;
  /** Whether a queue may have changed since the last time this was asked; if not, they need not be counted. */
  readonly queuesTouched: () => boolean;
  readonly pulse: Pulse;
  /** Moves the market first, so that whoever wakes sees its new state. */
  readonly advanceMarket: (atMs: number) => Promise<void>;
  readonly run: (due: DueSchedule) => Promise<void>;
  /** Asked after every instant. */
  readonly shouldEnd: () => boolean;
  /** The last instant, inclusive. */
  readonly endMs: number | undefined;
}

const patienceMs = 20;

/**
 * Lets time run as fast as the work allows: from one instant at which something is due straight to the next.
 *
 * At an instant first the sleepers wake, then the schedules fire in the order of their names, each when everything before has come to
 * rest. So the order of effects does not depend on the speed of the machine. Resolves with why it ended.
 */
export async function runStepped(options: SteppedRunOptions): Promise<"end" | "asked"> {
  const { clock, timetable } = options;
  await comeToRest(options);
  for (;;) {
    if (options.shouldEnd()) return "asked";
    const atMs = earliest(timetable.nextDueMs(clock.nowMs()), clock.nextWakeMs());
    if (atMs === undefined || (options.endMs !== undefined && atMs > options.endMs)) return "end";
    await options.advanceMarket(atMs);
    if (clock.nextWakeMs() === atMs) {
      clock.advanceTo(atMs);
      await comeToRest(options);
    } else {
      clock.advanceTo(atMs);
    }
    for (const due of timetable.dueAt(atMs)) {
      void options.run(due);
      await comeToRest(options);
    }
  }
}

const earliest = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined ? second : second === undefined ? first : Math.min(first, second);

/** Resolves when every invocation waits for the clock, no event is on its way and no queue has a message that somebody could take. */
async function comeToRest(options: SteppedRunOptions): Promise<void> {
  // Once in doubt, the doubt lasts until they were counted and found still.
  let mustCount = false;
  for (;;) {
    await eventLoopTurns();
    if (!processIsStill(options)) {
      await options.pulse.next(patienceMs);
      continue;
    }
    if (!mustCount && !options.queuesTouched()) return;
    mustCount = true;
    const counts = await options.emulators.queueCounts();
    if (!processIsStill(options)) continue;
    if (options.mappings.every((mapping) => isStill(mapping, counts[mapping.wireName]))) return;
    await options.pulse.next(1);
  }
}

/** What an answer sets off begins in the turn after it. */
async function eventLoopTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const processIsStill = ({ lambda, bus, mappings }: SteppedRunOptions): boolean =>
  lambda.standsStill() && bus.delivering() === 0 && mappings.every(({ mapping }) => !mapping.settling());

function isStill({ mapping, fifo }: QueueMapping, counts: QueueCounts | undefined): boolean {
  if (counts === undefined) return true;
  if (counts.delayed > 0 || counts.inFlight !== mapping.held()) return false;
  // A message behind a sleeping one of its group, or behind as many invocations as may run, cannot be taken now.
  return counts.visible === 0 || mapping.full() || (fifo && counts.inFlight > 0);
}
