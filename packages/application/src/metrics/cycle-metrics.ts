import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { MetricProperties, Metrics, MetricValues } from "../metrics.ts";
import type { Cycle, CycleStore } from "../ports/cycle-store.ts";
import type { Logger } from "../ports/logger.ts";

/** A day of cycles: what a new process must know of the equity before its own time. */
const lookBack = 96;

/** The same store; the one caller whose write ends a cycle also records the figures of what is then stored. */
export function measureCycles(store: CycleStore, metrics: Metrics, logger: Logger): CycleStore {
  let peak: DecimalValue | undefined;
  const peakBefore = async (cycle: Cycle) => highest((await store.latest(lookBack, cycle.closeTimeMs)).map(({ equity }) => equity));

  async function measure(cycle: Cycle | undefined): Promise<void> {
    if (cycle === undefined) return;
    if (cycle.equity !== undefined) peak = highest([(peak ?? (await peakBefore(cycle)))?.toFixed(), cycle.equity]);
    const { values, properties } = figuresOf(cycle, peak);
    metrics.record(values, properties);
  }

  return {
    ...store,
    async markExecuted(cycleId, facts) {
      const isFirst = await store.markExecuted(cycleId, facts);
      // The cycle is executed: figures that cannot be had must not have it delivered again.
      if (isFirst)
        await store
          .find(cycleId)
          .then(measure)
          .catch((error: unknown) => logger.error("cycle not measured", { cycleId, reason: String(error) }));
      return isFirst;
    },
  };
}

/** What a finished cycle says in numbers; `peak` is the highest equity so far, that of the cycle included. */
export function figuresOf(
  cycle: Cycle,
  peak: DecimalValue | undefined,
): { readonly values: MetricValues; readonly properties: MetricProperties } {
  const { closeTimeMs, executionStartedAtMs, executedAtMs, shards, decisions, equity } = cycle;
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
      ...(equity === undefined ? {} : { Equity: Number(equity), DrawdownPercent: drawdownPercent(decimal(equity), peak) }),
    },
    properties: { cycleId: cycle.cycleId, ...(codes.length === 0 ? {} : { refusalCodes: codes.join(" ") }) },
  };
}

const highest = (equities: readonly (string | undefined)[]): DecimalValue | undefined =>
  equities.reduce<DecimalValue | undefined>((top, text) => {
    const equity = text === undefined ? undefined : decimal(text);
    return equity === undefined || (top !== undefined && equity.lt(top)) ? top : equity;
  }, undefined);

function drawdownPercent(equity: DecimalValue, peak: DecimalValue | undefined): number {
  if (peak === undefined || peak.lte("0")) return 0;
  return Number(peak.minus(equity).div(peak).times("100").toFixed(4));
}
