import type { CycleId } from "@winiswin/domain/cycle";
import type { Refusal } from "@winiswin/domain/risk";
import type { BtcFacts } from "@winiswin/domain/signal-facts";

/** What one shard reports about one cycle. */
export interface ShardReport {
  readonly shard: number;
  readonly symbols: number;
  readonly analyzed: number;
  readonly warming: number;
  readonly failed: number;
  readonly signals: number;
  readonly fetchMs: number;
  readonly foldMs: number;
  readonly evaluateMs: number;
  readonly writeMs: number;
  /** From the shard that holds the reference symbol, when its engine has seen the close. */
  readonly btc?: BtcFacts | undefined;
}

/** What was decided about one signal. */
export interface Decision {
  readonly signalId: string;
  readonly symbol: string;
  readonly score: number;
  readonly rank: number;
  readonly decision: "entered" | "refused" | "notRanked" | "failed";
  readonly reasons: readonly (Refusal | { readonly code: string; readonly reason: string })[];
}

/** `dispatched` -> `analyzed` (complete or by the deadline) -> `executed`. */
export type CycleStatus = "dispatched" | "analyzed" | "executed";

export interface Cycle {
  readonly cycleId: CycleId;
  readonly closeTimeMs: number;
  readonly status: CycleStatus;
  readonly shardCount: number;
  readonly symbols: number;
  readonly dispatchedAtMs: number;
  readonly shards: readonly ShardReport[];
  readonly analyzedAtMs: number | undefined;
  /** False when the deadline passed before every shard had reported. */
  readonly complete: boolean | undefined;
  readonly signals: number | undefined;
  readonly signalsHash: string | undefined;
  /** Set once CycleAnalyzed is on the bus; until then a redelivery publishes it again. */
  readonly publishedAtMs: number | undefined;
  readonly executionStartedAtMs: number | undefined;
  readonly executedAtMs: number | undefined;
  readonly decisions: readonly Decision[];
  readonly orders: number | undefined;
  /** Equity in USDT as text after the execution. */
  readonly equity: string | undefined;
}

/** Every write is one conditional write on one item; true means that this caller's write won. */
export interface CycleStore {
  create(cycle: Pick<Cycle, "cycleId" | "closeTimeMs" | "shardCount" | "symbols" | "dispatchedAtMs">): Promise<boolean>;
  find(cycleId: CycleId): Promise<Cycle | undefined>;
  /** Records the report of a shard once and returns the cycle as it then is; a second report of the same shard changes nothing. */
  reportShard(cycleId: CycleId, report: ShardReport): Promise<Cycle>;
  markAnalyzed(
    cycleId: CycleId,
    facts: { analyzedAtMs: number; complete: boolean; signals: number; signalsHash: string },
  ): Promise<boolean>;
  markPublished(cycleId: CycleId, publishedAtMs: number): Promise<void>;
  markExecutionStarted(cycleId: CycleId, executionStartedAtMs: number): Promise<void>;
  markExecuted(
    cycleId: CycleId,
    facts: { executedAtMs: number; decisions: readonly Decision[]; orders: number; equity: string | undefined },
  ): Promise<boolean>;
  /** Newest first. */
  latest(limit: number, beforeMs: number): Promise<readonly Cycle[]>;
}
