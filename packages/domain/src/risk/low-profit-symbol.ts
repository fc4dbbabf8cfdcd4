import { candlesMs, durationText } from "./closed-trade.ts";
import type { Protection } from "./protection.ts";

/** A symbol whose last trades together lost too much rests: the sum of their results in R (1R is what each had at risk). */
export const lowProfitSymbol: Protection = {
  code: "LOW_PROFIT_SYMBOL",
  reasonAgainst({ symbol }, { nowMs, closedTrades, limits }) {
    const { trades: count, maximumLossR, pauseCandles } = limits.lowProfit;
    if (count === 0) return undefined;
    if (closedTrades === undefined) return `the last results of ${symbol} are not known`;
    const last = closedTrades
      .filter((trade) => trade.symbol === symbol)
      .sort((first, second) => second.closedAtMs - first.closedAtMs)
      .slice(0, count);
    const [newest] = last;
    if (newest === undefined || last.length < count) return undefined;
    const sum = last.reduce((total, trade) => total + trade.rMultiple, 0);
    const endsMs = newest.closedAtMs + candlesMs(pauseCandles);
    return sum >= -maximumLossR || nowMs >= endsMs
      ? undefined
      : `the last ${count} trades of ${symbol} gave ${sum.toFixed(2)}R together, the limit is -${maximumLossR}R; it rests another ${durationText(endsMs - nowMs)}`;
  },
};
