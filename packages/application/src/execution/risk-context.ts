import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { asUsdt, type Usdt, zeroUsdt } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { Position } from "@winiswin/domain/position";
import type { RiskContext } from "@winiswin/domain/risk";
import type { Signal } from "@winiswin/domain/signal";
import type { BookTop } from "../ports/market-data.ts";
import type { AccountBalance, ExchangePosition } from "../ports/order-gateway.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

/** What the executor has read already when it comes to the review of one signal. */
export interface ReadForReview {
  readonly signal: Signal;
  readonly instrument: Instrument;
  readonly book: BookTop;
  readonly balance: AccountBalance;
  readonly stored: readonly Position[];
  readonly held: readonly ExchangePosition[];
}

/** Everything that the risk review of one signal looks at beside the order itself. */
export async function collectRiskContext(
  { signal, instrument, book, balance, stored, held }: ReadForReview,
  { clock, control, configuration }: Pick<ExecutionDependencies, "clock" | "control" | "configuration">,
): Promise<RiskContext> {
  const [halt, frozen] = await Promise.all([control.halt(), control.frozenSymbols()]);
  return {
    nowMs: clock.nowMs(),
    cycleCloseTimeMs: closeTimeOfCycle(signal.cycleId),
    tradingEnabled: configuration.tradingEnabled,
    haltReason: halt?.reason,
    instrument,
    bidPrice: book.bidPrice,
    askPrice: book.askPrice,
    equity: balance.equity,
    availableBalance: balance.availableBalance,
    openSymbols: new Set([...stored.map((position) => position.intent.symbol), ...held.map((position) => position.symbol)]),
    frozenSymbols: new Set(frozen.keys()),
    grossNotional: held.reduce<Usdt>((total, position) => asUsdt(total.plus(position.notional.abs())), zeroUsdt),
    limits: {
      maximumPositions: configuration.maximumPositions,
      maximumCycleAgeMs: configuration.maximumCycleAgeMs,
      minimumListingAgeDays: configuration.minimumListingAgeDays,
      maximumSpreadPercent: configuration.maximumSpreadPercent,
      maximumEntryDriftFraction: configuration.maximumEntryDriftFraction,
      maximumGrossExposure: configuration.maximumGrossExposure,
    },
  };
}
