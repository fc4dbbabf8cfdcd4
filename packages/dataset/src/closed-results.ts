import { positionIdOf } from "@winiswin/domain/position";
import { barsHeldBy, type ClosedResult } from "@winiswin/domain/statistics/performance";
import type { Trade } from "@winiswin/domain/trade";
import type { FeatureRow } from "./feature-row.ts";

/** The ends of virtual positions, of executed signals too: what every signal was worth. */
export const virtualResults = (rows: readonly FeatureRow[]): readonly ClosedResult[] =>
  rows.flatMap(({ strategy, regime, outcome }): readonly ClosedResult[] =>
    outcome?.outcome === "closed"
      ? [
          {
            strategy,
            regime,
            exitReason: outcome.exitReason,
            resultR: outcome.resultR,
            mfeR: outcome.mfeR,
            maeR: outcome.maeR,
            barsHeld: outcome.barsHeld,
          },
        ]
      : [],
  );

/** The ends of trades, with the regime of the rows that their signals left. */
export function realResults(trades: readonly Trade[], rows: readonly FeatureRow[]): readonly ClosedResult[] {
  const regimes = new Map(rows.map((row) => [`${positionIdOf(row.cycleId, row.symbol)}#${row.strategy}`, row.regime]));
  return trades.map((trade) => ({
    strategy: trade.strategy,
    regime: regimes.get(`${trade.positionId}#${trade.strategy}`),
    exitReason: trade.exitReason,
    resultR: trade.rMultiple,
    mfeR: trade.mfeR,
    maeR: trade.maeR,
    barsHeld: barsHeldBy(trade),
  }));
}
