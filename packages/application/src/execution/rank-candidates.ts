import { type RankedSignal, rankSignals } from "@winiswin/domain/ranking";
import type { Signal } from "@winiswin/domain/signal";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

export interface RankingDependencies extends Pick<ExecutionDependencies, "configuration" | "control" | "clock" | "logger"> {
  readonly marketData: MarketData;
}

/** A signal with its place in the cycle; what was set aside goes no further. */
export type Candidate = RankedSignal;

export interface RankedCandidates {
  /** The best first; they go on to sizing and review. */
  readonly chosen: readonly Candidate[];
  /** Decided already: why each of the others goes no further. */
  readonly setAside: readonly Decision[];
}

/** Everything between the stored signals of a cycle and the few that are sized and reviewed. */
export async function rankCandidates(
  _cycle: Cycle,
  announced: readonly Signal[],
  { configuration }: RankingDependencies,
): Promise<RankedCandidates> {
  const ranked = rankSignals(announced, configuration.ranking);
  return {
    chosen: ranked.filter((candidate) => candidate.setAside === undefined),
    setAside: ranked
      .filter((candidate) => candidate.setAside !== undefined)
      .map((candidate) => decisionOf(candidate, "notRanked", candidate.setAside === undefined ? [] : [candidate.setAside])),
  };
}

export const decisionOf = ({ signal, rank }: Candidate, decision: Decision["decision"], reasons: Decision["reasons"]): Decision => ({
  signalId: signal.signalId,
  symbol: signal.symbol,
  score: signal.score,
  rank,
  decision,
  reasons,
});
