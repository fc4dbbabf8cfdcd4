import { asUsdt, type Usdt, zeroUsdt } from "../decimal.ts";
import type { Trade } from "../trade.ts";

/** Figures over closed trades; a figure that has no meaning yet is undefined, never 0 or Infinity. */
export interface TradeStatistics {
  readonly count: number;
  readonly winners: number;
  readonly losers: number;
  readonly breakeven: number;
  /** winners / (winners + losers), 0..100; breakeven trades count for neither. */
  readonly winRatePercent: number | undefined;
  /** Gross profit over gross loss of the net results. */
  readonly profitFactor: number | undefined;
  /** Mean rMultiple per trade. */
  readonly expectancyR: number | undefined;
  readonly netProfit: Usdt;
  readonly fees: Usdt;
}

/** The one definition of these figures; everything that shows them reads this. */
export function tradeStatistics(trades: readonly Trade[]): TradeStatistics {
  const sum = (values: readonly Usdt[]) => asUsdt(values.reduce<Usdt>((total, value) => asUsdt(total.plus(value)), zeroUsdt));
  const won = trades.filter((trade) => trade.netProfit.gt(zeroUsdt));
  const lost = trades.filter((trade) => trade.netProfit.lt(zeroUsdt));
  const profit = Number(sum(won.map((trade) => trade.netProfit)).toFixed());
  const loss = -Number(sum(lost.map((trade) => trade.netProfit)).toFixed());
  const decided = won.length + lost.length;
  return {
    count: trades.length,
    winners: won.length,
    losers: lost.length,
    breakeven: trades.length - decided,
    winRatePercent: decided === 0 ? undefined : (100 * won.length) / decided,
    profitFactor: loss === 0 ? undefined : profit / loss,
    expectancyR: trades.length === 0 ? undefined : trades.reduce((total, trade) => total + trade.rMultiple, 0) / trades.length,
    netProfit: sum(trades.map((trade) => trade.netProfit)),
    fees: sum(trades.map((trade) => trade.fees)),
  };
}
