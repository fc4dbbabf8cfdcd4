import { quantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf } from "@winiswin/domain/order";
import { desiredProtection } from "@winiswin/domain/position";
import { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import type { IncomeType } from "@winiswin/exchange-simulator/matching/records";
import { anOpenPosition } from "@winiswin/testkit/positions";
import { describe, expect, it } from "vitest";
import { aFill, anEntry, aStop } from "../test/exchange-records.ts";
import { type Books, laws, type SentCount, violationsOf } from "./laws.ts";

const position = anOpenPosition("BTCUSDT");
const entryId = position.intent.clientOrderId;

/** One open position, protected, its entry's fee paid: everything as it should be. */
function soundExchange(): ExchangeState {
  const state = new ExchangeState();
  const income = (tranId: number, incomeType: IncomeType, amount: string) =>
    state.apply({ kind: "income", record: { tranId, symbol: "BTCUSDT", incomeType, income: amount, tradeId: "", timeMs: 1_000 } });
  state.apply({ kind: "order", record: anEntry({ orderId: "1", clientOrderId: entryId }) });
  state.apply({ kind: "trade", record: aFill({ side: "BUY", timeMs: 1_000 }) });
  income(1, "TRANSFER", "10000");
  income(2, "COMMISSION", "-0.5");
  state.account = { ...state.account, walletBalance: "9999.5" };
  state.apply({
    kind: "position",
    record: { symbol: "BTCUSDT", quantity: "0.02", entryCost: "1000", isolatedWallet: "200", fees: "0.5", updateTimeMs: 1_000 },
  });
  for (const [index, order] of desiredProtection(position).entries()) {
    const isStop = order.leg === "stopLoss";
    state.apply({
      kind: "algoOrder",
      record: aStop({
        algoId: String(index),
        clientAlgoId: order.clientOrderId,
        createTimeMs: 1_000,
        type: isStop ? "STOP_MARKET" : "TAKE_PROFIT_MARKET",
        closePosition: order.quantity === undefined,
        quantity: order.quantity?.toFixed() ?? "0",
      }),
    });
  }
  return state;
}

const soundBooks: Books = { positions: [position], trades: [] };
const broken = (exchange: ExchangeState, books: Books = soundBooks, sent: SentCount = () => 2): readonly string[] => [
  ...new Set(violationsOf(exchange, books, sent).map(({ law }) => law)),
];

describe("the laws of the soak", () => {
  it("hold for a position that is open, protected and paid for", () => {
    expect(violationsOf(soundExchange(), soundBooks, () => 1)).toEqual([]);
  });

  const planted: Readonly<Record<string, () => readonly [ExchangeState, Books]>> = {
    "one entry per intent": () => {
      const state = soundExchange();
      state.apply({ kind: "order", record: anEntry({ orderId: "2", clientOrderId: entryId }) });
      return [state, soundBooks];
    },
    "every entry is a position or a trade": () => {
      const state = soundExchange();
      state.apply({ kind: "order", record: anEntry({ orderId: "2", clientOrderId: clientOrderIdOf("main", "forgotten", "entry", 0) }) });
      return [state, soundBooks];
    },
    "the tables equal the exchange": () => [
      soundExchange(),
      { ...soundBooks, positions: [anOpenPosition("BTCUSDT", { openQuantity: quantity("0.01") })] },
    ],
    "every position has its stop": () => {
      const state = soundExchange();
      for (const stop of state.openAlgoOrders.values())
        if (stop.type === "STOP_MARKET") state.apply({ kind: "algoOrder", record: { ...stop, status: "CANCELED" } });
      return [state, soundBooks];
    },
    "no position is larger than intended": () => {
      const state = soundExchange();
      const held = state.positions.get("BTCUSDT");
      if (held !== undefined) state.apply({ kind: "position", record: { ...held, quantity: "0.04" } });
      return [state, soundBooks];
    },
    "nothing rests that no position wants": () => {
      const state = soundExchange();
      state.apply({ kind: "algoOrder", record: aStop({ algoId: "9", clientAlgoId: "wsw-s1-orphan", symbol: "ETHUSDT", createTimeMs: 1 }) });
      return [state, soundBooks];
    },
    "targets never exceed what is open": () => {
      const state = soundExchange();
      const held = state.positions.get("BTCUSDT");
      if (held !== undefined) state.apply({ kind: "position", record: { ...held, quantity: "0.001" } });
      return [state, soundBooks];
    },
    "wallet = deposits + realised - fees + funding": () => {
      const state = soundExchange();
      state.account = { ...state.account, walletBalance: "9999.50000001" };
      return [state, soundBooks];
    },
    "trades and open positions explain the wallet": () => [soundExchange(), { positions: [], trades: [] }],
  };

  it("count what the exchange executed twice although it was sent once as one entry", () => {
    const state = soundExchange();
    state.apply({ kind: "order", record: anEntry({ orderId: "2", clientOrderId: entryId }) });

    expect(broken(state, soundBooks, () => 1)).toEqual([]);
  });

  it.each(laws.map(([name]) => name))("see it when this one is broken: %s", (name) => {
    const plant = planted[name];
    if (plant === undefined) throw new Error(`nothing is planted for "${name}"`);

    expect(broken(...plant())).toContain(name);
  });
});
