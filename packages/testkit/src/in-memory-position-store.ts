import type { PositionStore, TradeStore } from "@winiswin/application";
import type { AbandonedEntry, Position } from "@winiswin/domain/position";
import type { Trade } from "@winiswin/domain/trade";

/** Keeps positions under the same version rule as the table; a row can be made unreadable. */
export function inMemoryPositionStore(): PositionStore & { spoil(positionId: string): void } {
  const positions = new Map<string, Position | AbandonedEntry>();
  const spoilt = new Set<string>();
  const isReadable = ({ intent }: Position | AbandonedEntry) => !spoilt.has(intent.positionId);
  const keyOf = (bot: string, positionId: string) => `${bot}|${positionId}`;
  return {
    spoil: (positionId) => void spoilt.add(positionId),
    unreadable: async (bot) =>
      [...positions.values()]
        .filter((row) => row.intent.bot === bot && !isReadable(row))
        .map(({ intent: { positionId, symbol } }) => ({ positionId, symbol, reason: "a row of Positions cannot be read: spoilt" })),
    async create(position) {
      const key = keyOf(position.intent.bot, position.intent.positionId);
      if (positions.has(key)) return false;
      positions.set(key, position);
      return true;
    },
    async find(bot, positionId) {
      const found = positions.get(keyOf(bot, positionId));
      return found?.state === "abandoned" ? undefined : found;
    },
    abandoned: async (bot) =>
      [...positions.values()].filter((row) => row.state === "abandoned").filter((row) => row.intent.bot === bot && isReadable(row)),
    open: async (bot) =>
      [...positions.values()]
        .filter((row) => row.state !== "abandoned")
        .filter((position) => position.intent.bot === bot && isReadable(position))
        .sort((first, second) => (first.intent.positionId < second.intent.positionId ? -1 : 1)),
    async update(position) {
      const key = keyOf(position.intent.bot, position.intent.positionId);
      if (positions.get(key)?.version !== position.version - 1) return false;
      positions.set(key, position);
      return true;
    },
    async remove({ intent: { bot, positionId }, version }) {
      const key = keyOf(bot, positionId);
      return positions.get(key)?.version === version && positions.delete(key);
    },
  };
}

export function inMemoryTradeStore(): TradeStore {
  const trades = new Map<string, Trade>();
  return {
    async record(trade) {
      const key = `${trade.bot}|${trade.positionId}`;
      if (trades.has(key)) return false;
      trades.set(key, trade);
      return true;
    },
    latest: async (bot, limit) =>
      [...trades.values()]
        .filter((trade) => trade.bot === bot)
        .sort((first, second) => second.closedAtMs - first.closedAtMs)
        .slice(0, limit),
  };
}
