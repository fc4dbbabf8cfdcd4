import type { Cycle, CycleStore } from "@winiswin/application";
import type { CycleId } from "@winiswin/domain/cycle";

/** Keeps cycles in memory under the same conditions as the table. */
export function inMemoryCycleStore(): CycleStore {
  const cycles = new Map<CycleId, Cycle>();
  const change = (cycleId: CycleId, allowed: (cycle: Cycle) => boolean, changes: Partial<Cycle>): boolean => {
    const cycle = cycles.get(cycleId);
    if (cycle === undefined || !allowed(cycle)) return false;
    cycles.set(cycleId, { ...cycle, ...changes });
    return true;
  };
  return {
    async create(cycle) {
      if (cycles.has(cycle.cycleId)) return false;
      cycles.set(cycle.cycleId, {
        ...cycle,
        status: "dispatched",
        news: undefined,
        shards: [],
        analyzedAtMs: undefined,
        complete: undefined,
        signals: undefined,
        signalsHash: undefined,
        publishedAtMs: undefined,
        executionStartedAtMs: undefined,
        executedAtMs: undefined,
        decisions: [],
        setAside: [],
        orders: undefined,
        equity: undefined,
      });
      return true;
    },
    find: async (cycleId) => cycles.get(cycleId),
    recordNews: async (cycleId, news) => change(cycleId, (cycle) => cycle.news === undefined, { news }),
    async reportShard(cycleId, report) {
      const cycle = cycles.get(cycleId);
      if (cycle === undefined) throw new Error(`${cycleId} was never created`);
      if (!cycle.shards.some((known) => known.shard === report.shard)) cycles.set(cycleId, { ...cycle, shards: [...cycle.shards, report] });
      return cycles.get(cycleId) as Cycle;
    },
    markAnalyzed: async (cycleId, facts) => change(cycleId, (cycle) => cycle.status === "dispatched", { ...facts, status: "analyzed" }),
    async markPublished(cycleId, publishedAtMs) {
      change(cycleId, () => true, { publishedAtMs });
    },
    async markExecutionStarted(cycleId, executionStartedAtMs) {
      change(cycleId, (cycle) => cycle.executionStartedAtMs === undefined, { executionStartedAtMs });
    },
    markExecuted: async (cycleId, facts) => change(cycleId, (cycle) => cycle.status === "analyzed", { ...facts, status: "executed" }),
    latest: async (limit, beforeMs) =>
      [...cycles.values()]
        .filter((cycle) => cycle.closeTimeMs < beforeMs)
        .sort((first, second) => second.closeTimeMs - first.closeTimeMs)
        .slice(0, limit),
  };
}
