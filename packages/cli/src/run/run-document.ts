import type { Cycle } from "@winiswin/application/ports/cycle-store";
import type { DecimalValue } from "@winiswin/domain/decimal";
import type { Trade } from "@winiswin/domain/trade";
import { totalsOf } from "./cycle-totals.ts";
import type { Figures } from "./figures.ts";
import type { HeldPosition } from "./held-position.ts";

/** A cycle that was watched to its end, and how long it took in real milliseconds. */
export interface FinishedCycle {
  readonly cycle: Cycle;
  readonly durationMs: number;
}

export interface RunResult {
  readonly cycles: readonly FinishedCycle[];
  readonly positions: readonly HeldPosition[];
  readonly trades: readonly Trade[];
  /** Those of the trades that no report has shown yet, oldest first. */
  readonly closed: readonly Trade[];
  readonly equity: DecimalValue | undefined;
  /** What CloudWatch would show. */
  readonly metrics?: ReturnType<Figures["summary"]>;
}

/** What `--json` prints: one document, decimals as text, times in ISO; trades oldest first. */
export const runDocument = ({ cycles, positions, trades, equity, metrics = {} }: Omit<RunResult, "closed">) => ({
  cycles: cycles.map(({ cycle, durationMs }) => {
    const { warming, failed } = totalsOf(cycle);
    return {
      cycleId: cycle.cycleId,
      symbols: cycle.symbols,
      warming,
      failed,
      signals: cycle.signals ?? 0,
      signalsHash: cycle.signalsHash ?? null,
      orders: cycle.orders ?? 0,
      durationMs: Math.round(durationMs),
    };
  }),
  positions: positions.map((position) => ({
    positionId: position.positionId,
    cycleId: position.cycleId,
    symbol: position.symbol,
    direction: position.direction,
    strategy: position.strategy,
    state: position.state,
    quantity: position.quantity.toFixed(),
    openQuantity: position.openQuantity.toFixed(),
    entryPrice: position.entryPrice.toFixed(),
    stopPrice: position.stopPrice.toFixed(),
    targetPrice: position.targetPrice.toFixed(),
    stopConfirmed: position.stopConfirmedAtMs !== undefined,
    markPrice: position.markPrice?.toFixed() ?? null,
    unrealisedProfit: position.unrealisedProfit?.toFixed() ?? null,
    openedAt: isoTimeOf(position.openedAtMs),
  })),
  trades: [...trades]
    .sort((first, second) => first.closedAtMs - second.closedAtMs || (first.positionId < second.positionId ? -1 : 1))
    .map((trade) => ({
      positionId: trade.positionId,
      cycleId: trade.cycleId,
      symbol: trade.symbol,
      direction: trade.direction,
      strategy: trade.strategy,
      quantity: trade.quantity.toFixed(),
      entryPrice: trade.entryPrice.toFixed(),
      exitPrice: trade.exitPrice.toFixed(),
      openedAt: isoTimeOf(trade.openedAtMs),
      closedAt: isoTimeOf(trade.closedAtMs),
      exitReason: trade.exitReason,
      exits: (trade.exits ?? []).map(({ reason, price, quantity, fee, atMs }) => ({
        reason,
        price: price.toFixed(),
        quantity: quantity.toFixed(),
        fee: fee.toFixed(),
        at: isoTimeOf(atMs),
      })),
      mfeR: trade.mfeR ?? null,
      maeR: trade.maeR ?? null,
      grossProfit: trade.grossProfit.toFixed(),
      funding: trade.funding.toFixed(),
      fees: trade.fees.toFixed(),
      netProfit: trade.netProfit.toFixed(),
      initialRisk: trade.initialRisk.toFixed(),
      rMultiple: trade.rMultiple,
    })),
  equity: equity?.toFixed() ?? null,
  metrics,
});

const isoTimeOf = (atMs: number): string => new Date(atMs).toISOString();
