import type { CycleId } from "@winiswin/domain/cycle";
import type { Direction } from "@winiswin/domain/direction";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import type { Refusal } from "@winiswin/domain/risk";
import type { BtcFacts } from "@winiswin/domain/signal-facts";
import type { CycleNews } from "./news-provider.ts";

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
  /** What the shard sees of the symbols in which a position is open. */
  readonly held?: readonly HeldView[] | undefined;
}

/** What was decided about one signal, and everything that led there. */
export interface Decision {
  readonly signalId: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly direction: Direction;
  /** The strategy's own score, 0 to 10. */
  readonly baseScore: number;
  /** With every modifier, 0 to 10. */
  readonly score: number;
  /** Those that changed the score. */
  readonly modifiers: readonly { readonly name: string; readonly points: number; readonly reason: string }[];
  /** 1 is best; those that a gate kept out of the ranking come after all others. */
  readonly rank: number;
  readonly decision: "entered" | "refused" | "notRanked" | "failed";
  readonly reasons: readonly (Refusal | { readonly code: string; readonly reason: string })[];
}

/** Signals of a cycle that one gate, or the ranking, kept from the review. */
export interface SetAside {
  readonly code: string;
  readonly decision: "refused" | "notRanked";
  readonly signals: number;
  /** Of the best of them. */
  readonly symbol: string;
  readonly reason: string;
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
  /** What the shards judge the news by; undefined while no enabled strategy reads them. */
  readonly news: CycleNews | undefined;
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
  /** Of the few signals that went on to sizing and review; all of them are in the DecisionStore. */
  readonly decisions: readonly Decision[];
  /** How many others there were, by reason, the most frequent first. */
  readonly setAside: readonly SetAside[];
  readonly orders: number | undefined;
  /** Equity in USDT as text after the execution. */
  readonly equity: string | undefined;
}

/** Every write is one conditional write on one item; true means that this caller's write won. */
export interface CycleStore {
  create(cycle: Pick<Cycle, "cycleId" | "closeTimeMs" | "shardCount" | "symbols" | "dispatchedAtMs">): Promise<boolean>;
  find(cycleId: CycleId): Promise<Cycle | undefined>;
  /** Keeps the news of the first caller; all shards and all repetitions judge by those. */
  recordNews(cycleId: CycleId, news: CycleNews): Promise<boolean>;
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
    facts: Pick<Cycle, "decisions" | "setAside" | "equity"> & { readonly executedAtMs: number; readonly orders: number },
  ): Promise<boolean>;
  /** Newest first. */
  latest(limit: number, beforeMs: number): Promise<readonly Cycle[]>;
}
