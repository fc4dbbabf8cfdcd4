import type { Cycle, CycleStore, ShardReport } from "@winiswin/application/ports/cycle-store";
import { cycleIdOf } from "@winiswin/domain/cycle";

export const aShardReport = (over: Partial<ShardReport> = {}): ShardReport => ({
  shard: 0,
  symbols: 60,
  analyzed: 58,
  warming: 1,
  failed: 1,
  signals: 1,
  fetchMs: 900,
  foldMs: 12,
  evaluateMs: 8,
  writeMs: 40,
  ...over,
});

/** The executed cycle of 2026-11-21T10:15:00Z, one shard, nothing traded. */
export function aCycle(over: Partial<Cycle> = {}): Cycle {
  const closeTimeMs = over.closeTimeMs ?? Date.UTC(2026, 10, 21, 10, 15);
  return {
    cycleId: cycleIdOf(closeTimeMs),
    closeTimeMs,
    status: "executed",
    shardCount: 1,
    symbols: 60,
    dispatchedAtMs: closeTimeMs - 60_000,
    news: undefined,
    shards: [aShardReport()],
    analyzedAtMs: closeTimeMs + 3100,
    complete: true,
    signals: 0,
    signalsHash: "0".repeat(64),
    publishedAtMs: closeTimeMs + 3200,
    executionStartedAtMs: closeTimeMs + 3300,
    executedAtMs: closeTimeMs + 4000,
    decisions: [],
    setAside: [],
    orders: 0,
    equity: "10000.00",
    ...over,
  };
}

/** Brings a store to the state of the cycle by the port's own methods. */
export async function putCycle(store: CycleStore, cycle: Cycle): Promise<void> {
  const { cycleId, analyzedAtMs, executedAtMs } = cycle;
  await store.create(cycle);
  for (const report of cycle.shards) await store.reportShard(cycleId, report);
  if (analyzedAtMs === undefined) return;
  const { complete = true, signals = 0, signalsHash = "" } = cycle;
  await store.markAnalyzed(cycleId, { analyzedAtMs, complete, signals, signalsHash });
  if (executedAtMs === undefined) return;
  const { decisions, setAside, orders = 0, equity } = cycle;
  await store.markExecuted(cycleId, { executedAtMs, decisions, setAside, orders, equity });
}
