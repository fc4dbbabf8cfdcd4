import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { signalsHashOf } from "@winiswin/domain/signal";
import type { Clock } from "../ports/clock.ts";
import type { Cycle, CycleStore } from "../ports/cycle-store.ts";
import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { SignalStore } from "../ports/signal-store.ts";
import { deadlineMs } from "./dispatch-cycle.ts";

export interface CompletionDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cycles: CycleStore;
  readonly signals: SignalStore;
  readonly eventBus: EventBus;
}

/**
 * Closes the analysis of a cycle when its last shard has reported: exactly one caller wins the conditional write.
 *
 * The event is published after that write and marked after the publication, so a crash between the two is healed by any redelivery, and
 * the worst is a second event, which the executor ignores.
 */
export async function completeCycleIfDone(cycle: Cycle, dependencies: CompletionDependencies): Promise<void> {
  if (cycle.status === "dispatched" && cycle.shards.length < cycle.shardCount) return;
  await completeCycle(cycle, true, dependencies);
}

/** Closes the analysis with what is there once the deadline has passed; a complete cycle is left as it is. */
export async function closeCycleAtDeadline(cycleId: CycleId, dependencies: CompletionDependencies): Promise<void> {
  await dependencies.clock.sleepUntil(closeTimeOfCycle(cycleId) + deadlineMs);
  const cycle = await dependencies.cycles.find(cycleId);
  if (cycle === undefined) throw new Error(`the cycle ${cycleId} has a deadline but was never created`);
  const complete = cycle.shards.length >= cycle.shardCount;
  if (!complete && cycle.status === "dispatched") {
    dependencies.logger.warn("deadline passed before all shards reported", {
      cycleId,
      reported: cycle.shards.length,
      shards: cycle.shardCount,
    });
  }
  await completeCycle(cycle, complete, dependencies);
}

async function completeCycle(cycle: Cycle, complete: boolean, dependencies: CompletionDependencies): Promise<void> {
  const { clock, cycles, signals, eventBus, logger } = dependencies;
  const { cycleId } = cycle;
  if (cycle.publishedAtMs !== undefined) return;
  if (cycle.status === "dispatched") {
    const found = await signals.ofCycle(cycleId);
    await cycles.markAnalyzed(cycleId, { analyzedAtMs: clock.nowMs(), complete, signals: found.length, signalsHash: signalsHashOf(found) });
  }
  // Read back what won, whoever wrote it: the event must tell what is stored.
  const analyzed = await cycles.find(cycleId);
  if (analyzed?.signalsHash === undefined || analyzed.publishedAtMs !== undefined) return;
  await eventBus.publish([
    {
      type: "CycleAnalyzed",
      cycleId,
      complete: analyzed.complete ?? false,
      signals: analyzed.signals ?? 0,
      signalsHash: analyzed.signalsHash,
    },
  ]);
  await cycles.markPublished(cycleId, clock.nowMs());
  logger.info("cycle analyzed", { cycleId, complete: analyzed.complete ?? false, signals: analyzed.signals ?? 0 });
}
