import { join } from "node:path";
import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import type { IncomeType } from "@winiswin/exchange-simulator/matching/records";
import { StateJournal } from "@winiswin/exchange-simulator/state-journal";

/** What the exchange itself remembers of a run: the other side of our tables. */
export function exchangeAccount(stateFolder: string) {
  const stored = StateJournal.read(join(stateFolder, "exchange.jsonl"));
  const state = new ExchangeState();
  for (const change of stored?.changes ?? []) state.apply(change);
  const fillsOf = (symbol: string, sinceMs: number) => state.trades.filter((fill) => fill.symbol === symbol && fill.timeMs >= sinceMs);
  return {
    income: (type: IncomeType): DecimalValue =>
      sum(state.incomes.filter(({ incomeType }) => incomeType === type).map(({ income }) => income)),
    /** What a position that is still open has booked: fees of its entry, results of parts that were closed. */
    bookedSince: (symbol: string, sinceMs: number): DecimalValue =>
      sum(fillsOf(symbol, sinceMs).map(({ realizedPnl, commission }) => decimal(realizedPnl).minus(commission).toFixed())),
    orders: [...state.orders.values()].map(({ clientOrderId, symbol, side, quantity, status, timeMs }) => ({
      clientOrderId,
      symbol,
      side,
      quantity,
      status,
      timeMs,
    })),
    openSymbols: [...state.positions.keys()].sort(),
    /** Symbols with a resting stop that closes the whole position. */
    stoppedSymbols: [...state.openAlgoOrders.values()]
      .filter(({ type, closePosition }) => type === "STOP_MARKET" && closePosition)
      .map(({ symbol }) => symbol)
      .sort(),
  };
}

const sum = (amounts: readonly string[]): DecimalValue => amounts.reduce((total, amount) => total.plus(amount), decimal("0"));
