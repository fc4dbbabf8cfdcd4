import { bySignalRank, type Signal } from "./signal.ts";

export interface RankingLimits {
  readonly maximumEntries: number;
  /** So many of the best are sized and reviewed, one after the other, until `maximumEntries` of them are entered. */
  readonly maximumReviewed: number;
  /** Opposite directions on one symbol: the higher score wins when it leads by at least this, else neither. */
  readonly oppositeLead: number;
}

/** What keeps a signal out of the ranking. */
export interface RankingGates {
  /** The least final score, 0 to 10, with which a signal takes part in the ranking. */
  readonly minimumScore: number;
  /** Candles of 15m for which a strategy leaves a symbol alone after it lost there; 0 for none. */
  readonly blockAfterLossCandles: number;
}

export interface RankedSignal {
  readonly signal: Signal;
  /** 1 is best; the place among all signals of the cycle. */
  readonly rank: number;
  /** Undefined when the signal may go on to sizing and review. */
  readonly setAside: { readonly code: "OPPOSED" | "SAME_SYMBOL" | "NOT_IN_TOP"; readonly reason: string } | undefined;
}

/** Orders the signals of one cycle and chooses the best, at most one a symbol; independent of the order they came in. */
export function rankSignals(signals: readonly Signal[], limits: RankingLimits): readonly RankedSignal[] {
  const sorted = [...signals].sort(bySignalRank);
  const takenSymbols = new Set<string>();
  return sorted.map((signal, index): RankedSignal => {
    const rank = index + 1;
    const opponent = sorted.find((other) => other.symbol === signal.symbol && other.direction !== signal.direction);
    if (opponent !== undefined && signal.score - opponent.score < limits.oppositeLead) {
      return {
        signal,
        rank,
        setAside: {
          code: "OPPOSED",
          reason: `${opponent.strategy} says ${opponent.direction} with ${opponent.score.toFixed(2)} against ${signal.score.toFixed(2)}`,
        },
      };
    }
    if (takenSymbols.has(signal.symbol))
      return { signal, rank, setAside: { code: "SAME_SYMBOL", reason: "a better signal on the same symbol was chosen" } };
    if (takenSymbols.size >= limits.maximumReviewed) {
      return {
        signal,
        rank,
        setAside: { code: "NOT_IN_TOP", reason: `only the best ${limits.maximumReviewed} signals of a cycle are considered` },
      };
    }
    takenSymbols.add(signal.symbol);
    return { signal, rank, setAside: undefined };
  });
}
