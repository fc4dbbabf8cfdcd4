import type { CycleId } from "@winiswin/domain/cycle";
import type { BtcFacts } from "@winiswin/domain/signal-facts";
import type { Decision } from "./cycle-store.ts";

/** What the ranking of a cycle knew beyond its signals, by symbol for those that have one; what could not be read is absent and named. */
export interface RankingFacts {
  readonly btc: BtcFacts | undefined;
  /** What a long pays a short, as a fraction of the notional, brought to 8 hours. */
  readonly fundingRates: Readonly<Record<string, number>>;
  /** Best ask less best bid in percent of the middle. */
  readonly spreadPercents: Readonly<Record<string, number>>;
  /** Symbols that are blocked, for one strategy or for all. */
  readonly blocks: readonly { readonly symbol: string; readonly strategy: string | undefined; readonly reason: string }[];
  /** Why something is not known, one sentence each. */
  readonly unknown: readonly string[];
}

/** What became of every signal of a cycle, for one bot: a row each, because thousands would not fit into the row of the cycle. */
export interface DecisionStore {
  /** Keeps the facts of the first caller and returns those that are kept, so that a repetition decides the same. */
  keepFacts(bot: string, cycleId: CycleId, facts: RankingFacts): Promise<RankingFacts>;
  /** Undefined before the ranking. */
  facts(bot: string, cycleId: CycleId): Promise<RankingFacts | undefined>;
  /** Replaces what is there: only one writer at a time decides a cycle. */
  putAll(bot: string, cycleId: CycleId, decisions: readonly Decision[]): Promise<void>;
  /** By rank. */
  ofCycle(bot: string, cycleId: CycleId): Promise<readonly Decision[]>;
  /** By rank. */
  ofSymbol(bot: string, cycleId: CycleId, symbol: string): Promise<readonly Decision[]>;
}
