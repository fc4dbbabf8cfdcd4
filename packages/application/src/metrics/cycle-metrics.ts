import type { MetricProperties, Metrics, MetricValues } from "../metrics.ts";
import type { Cycle, CycleStore } from "../ports/cycle-store.ts";
import type { Logger } from "../ports/logger.ts";

/** The same store; the one caller whose write ends a cycle also records the figures of what is then stored. */
export function measureCycles(store: CycleStore, metrics: Metrics, logger: Logger): CycleStore {
  const measure = (cycle: Cycle | undefined): void => {
    if (cycle === undefined) return;
    const { values, properties } = figuresOf(cycle);
    metrics.record(values, properties);
  };

  return {
    ...store,
    async markExecuted(cycleId, facts) {
      const isFirst = await store.markExecuted(cycleId, facts);
      // The cycle is executed: figures that cannot be had must not have it delivered again.
      const complain = (error: unknown) => logger.error("cycle not measured", { cycleId, reason: String(error) });
      if (isFirst) await store.find(cycleId).then(measure).catch(complain);
      return isFirst;
    },
  };
}

/** What a finished cycle says in numbers. */
export function figuresOf(cycle: Cycle): { readonly values: MetricValues; readonly properties: MetricProperties } {
  const { closeTimeMs, executionStartedAtMs, executedAtMs, shards, decisions } = cycle;
  const sum = (of: (shard: Cycle["shards"][number]) => number) => shards.reduce((total, shard) => total + of(shard), 0);
  const refused = decisions.filter(({ decision }) => decision === "refused" || decision === "failed");
  const codes = refused.flatMap(({ reasons }) => reasons.map(({ code }) => code));
  return {
    values: {
      CyclesExecuted: 1,
      ...(executionStartedAtMs === undefined ? {} : { CloseToExecutorMs: executionStartedAtMs - closeTimeMs }),
      ...(executedAtMs === undefined ? {} : { CloseToExecutedMs: executedAtMs - closeTimeMs }),
      SymbolsAnalyzed: sum(({ analyzed }) => analyzed),
      SymbolsFailed: sum(({ failed }) => failed),
      Signals: cycle.signals ?? 0,
      Entries: cycle.orders ?? 0,
      Refusals: refused.length,
    },
    properties: { cycleId: cycle.cycleId, ...(codes.length === 0 ? {} : { refusalCodes: codes.join(" ") }) },
  };
}
