import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { asUsdt, price } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { Position } from "@winiswin/domain/position";
import type { Exposure, OrderBook, RiskContext } from "@winiswin/domain/risk";
import type { Signal } from "@winiswin/domain/signal";
import type { BookTop } from "../../ports/market-data.ts";
import type { AccountBalance, ExchangePosition } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import type { ReviewFacts } from "./review-facts.ts";

/** What the executor has read already when it comes to the review of one signal. */
export interface ReadForReview {
  readonly signal: Signal;
  readonly instrument: Instrument;
  readonly balance: AccountBalance;
  readonly stored: readonly Position[];
  readonly held: readonly ExchangePosition[];
}

/** Everything that the review of one signal looks at, but for the book, which is read last. */
export type ReviewedBeforeBook = Omit<RiskContext, "book" | "bidPrice" | "askPrice">;

/**
 * Collects what the review of one signal needs beside the order and its book.
 *
 * Requests to the exchange: the day's candles of the symbol and of each held one (weight 1 each, once a cycle).
 */
export async function collectRiskContext(
  { signal, instrument, balance, stored, held }: ReadForReview,
  facts: ReviewFacts,
  { clock, control, configuration, positions }: Pick<ExecutionDependencies, "clock" | "control" | "configuration" | "positions">,
): Promise<ReviewedBeforeBook> {
  const exposures = exposuresOf(stored, held);
  const symbols = [...new Set([signal.symbol, ...exposures.map(({ symbol }) => symbol)])];
  const [halt, frozen, unreadable, symbolBlocks, candles] = await Promise.all([
    control.halt(),
    control.frozenSymbols(),
    positions.unreadable(configuration.bot),
    control.symbolBlocks(),
    Promise.all(symbols.map(async (symbol) => [symbol, await facts.dayCandles(symbol)] as const)),
  ]);
  return {
    nowMs: clock.nowMs(),
    cycleCloseTimeMs: closeTimeOfCycle(signal.cycleId),
    clockOffsetMs: facts.clockOffsetMs,
    strategy: signal.strategy,
    tradingEnabled: configuration.tradingEnabled,
    haltReason: halt?.reason,
    instrument,
    equity: balance.equity,
    availableBalance: balance.availableBalance,
    exposures,
    // Something of ours may be open there.
    frozenSymbols: new Set([...frozen.keys(), ...unreadable.map((row) => row.symbol)]),
    symbolBlocks,
    closedTrades: facts.closedTrades,
    equityMarks: facts.equityMarks,
    dayCandles: new Map(candles.flatMap(([symbol, known]) => (known === undefined ? [] : [[symbol, known] as const]))),
    fundingRatePer8Hours: facts.fundingRates[signal.symbol],
    limits: configuration.risk,
  };
}

const noPrice = price("0");

/** The best of each side; an empty side has the price 0, which the review refuses. */
export const topOf = ({ bids, asks }: OrderBook): BookTop => ({ bidPrice: bids[0]?.price ?? noPrice, askPrice: asks[0]?.price ?? noPrice });

/** What the exchange holds, and of our own copy what it does not show (yet). */
function exposuresOf(stored: readonly Position[], held: readonly ExchangePosition[]): readonly Exposure[] {
  const unseen = stored.filter(({ intent }) => !held.some(({ symbol }) => symbol === intent.symbol));
  return [
    ...held.map(({ symbol, direction, notional }) => ({ symbol, direction, notional: asUsdt(notional.abs()) })),
    ...unseen.map(({ intent }) => ({ symbol: intent.symbol, direction: intent.direction, notional: intent.notional })),
  ];
}
