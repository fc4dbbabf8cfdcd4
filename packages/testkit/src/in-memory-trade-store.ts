import type { TradeStore } from "@winiswin/application/ports/position-store";
import type { Trade } from "@winiswin/domain/trade";

/** Trades by bot and position, the latest opened first; the first record of a position wins. */
export function inMemoryTradeStore(stored: readonly Trade[] = []): TradeStore {
  const trades = new Map(stored.map((trade) => [`${trade.bot} ${trade.positionId}`, trade]));
  return {
    async record(trade) {
      const key = `${trade.bot} ${trade.positionId}`;
      if (trades.has(key)) return false;
      trades.set(key, trade);
      return true;
    },
    latest: async (bot, limit) =>
      [...trades.values()]
        .filter((trade) => trade.bot === bot)
        .sort((first, second) => (first.positionId < second.positionId ? 1 : -1))
        .slice(0, limit),
  };
}
