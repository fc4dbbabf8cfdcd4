import { asUsdt, type Usdt, zeroUsdt } from "../decimal.ts";
import type { Trade } from "../trade.ts";
import { mean } from "./mean.ts";
import { profitFactor } from "./profit-factor.ts";
import { winRatePercent } from "./win-rate.ts";

/** Figures over closed trades; a figure that has no meaning yet is undefined, never 0 or Infinity. */
export interface TradeStatistics {
  readonly count: number;
  readonly winners: number;
  readonly losers: number;
  readonly breakeven: number;
  /** See `winRatePercent`; breakeven trades count for neither. */
  readonly winRatePercent: number | undefined;
  /** Of the net results in USDT. */
  readonly profitFactor: number | undefined;
  /** Mean rMultiple per trade. */
  readonly expectancyR: number | undefined;
  readonly netProfit: Usdt;
  readonly fees: Usdt;
  /** Received less paid. */
  readonly funding: Usdt;
}

/** The one definition of these figures; everything that shows them reads this. */
export function tradeStatistics(trades: readonly Trade[]): TradeStatistics {
  const sum = (values: readonly Usdt[]) => asUsdt(values.reduce<Usdt>((total, value) => asUsdt(total.plus(value)), zeroUsdt));
  const results = trades.map((trade) => Number(trade.netProfit.toFixed()));
  const winners = results.filter((result) => result > 0).length;
  const losers = results.filter((result) => result < 0).length;
  return {
    count: trades.length,
    winners,
    losers,
    breakeven: trades.length - winners - losers,
    winRatePercent: winRatePercent(results),
    profitFactor: profitFactor(results),
    expectancyR: mean(trades.map((trade) => trade.rMultiple)),
    netProfit: sum(trades.map((trade) => trade.netProfit)),
    fees: sum(trades.map((trade) => trade.fees)),
    funding: sum(trades.map((trade) => trade.funding)),
  };
}
