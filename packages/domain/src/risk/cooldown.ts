import { candlesMs, durationText } from "./closed-trade.ts";
import type { Protection } from "./protection.ts";

/** After a position was closed its symbol rests for some candles, whoever won. */
export const cooldown: Protection = {
  code: "COOLDOWN",
  reasonAgainst({ symbol }, { nowMs, closedTrades, limits }) {
    if (limits.cooldownCandles === 0) return undefined;
    if (closedTrades === undefined) return `when a position in ${symbol} was last closed is not known`;
    const last = Math.max(...closedTrades.filter((trade) => trade.symbol === symbol).map((trade) => trade.closedAtMs));
    const endsMs = last + candlesMs(limits.cooldownCandles);
    return nowMs >= endsMs
      ? undefined
      : `a position in ${symbol} was closed ${durationText(nowMs - last)} ago, it rests for ${limits.cooldownCandles} candles, another ${durationText(endsMs - nowMs)}`;
  },
};
