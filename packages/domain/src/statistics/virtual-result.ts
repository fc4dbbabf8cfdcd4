/** What the virtual positions of one strategy brought in one UTC day, in R: sums, because they are counted one by one. */
export interface VirtualResult {
  /** Of the candle in which they ended, `2026-11-21`. */
  readonly day: string;
  readonly strategy: string;
  readonly winners: number;
  readonly losers: number;
  /** Came out even. */
  readonly even: number;
  /** Of the winners, above 0. */
  readonly wonR: number;
  /** Of the losers, above 0. */
  readonly lostR: number;
}

export interface VirtualStatistics {
  readonly strategy: string;
  readonly count: number;
  readonly winRatePercent: number | undefined;
  readonly profitFactor: number | undefined;
  readonly expectancyR: number | undefined;
}

/** The days of each strategy together, most positions first; by the same definitions as of trades. */
export function virtualStatistics(results: readonly VirtualResult[]): readonly VirtualStatistics[] {
  const sum = (members: readonly VirtualResult[], figure: "winners" | "losers" | "even" | "wonR" | "lostR") =>
    members.reduce((total, member) => total + member[figure], 0);
  return [...Map.groupBy(results, ({ strategy }) => strategy)]
    .map(([strategy, members]) => {
      const [winners, losers] = [sum(members, "winners"), sum(members, "losers")];
      const [wonR, lostR] = [sum(members, "wonR"), sum(members, "lostR")];
      const count = winners + losers + sum(members, "even");
      return {
        strategy,
        count,
        winRatePercent: winners + losers === 0 ? undefined : (100 * winners) / (winners + losers),
        profitFactor: lostR === 0 ? undefined : wonR / lostR,
        expectancyR: count === 0 ? undefined : (wonR - lostR) / count,
      };
    })
    .sort((first, second) => second.count - first.count || (first.strategy < second.strategy ? -1 : 1));
}
