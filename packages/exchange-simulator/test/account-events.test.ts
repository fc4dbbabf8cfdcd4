import { decimal } from "@winiswin/domain/decimal";
import { expect, test } from "vitest";
import { minuteMs } from "../src/market/candle-columns.ts";
import type { AccountEvent } from "../src/matching/account-event.ts";
import { placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import { changeLeverage } from "../src/matching/symbol-settings.ts";
import { ScriptedMarket, type ScriptedMinute } from "./scripted-market.ts";

const symbol = "TESTUSDT";
const startMs = Date.UTC(2026, 10, 21, 10);
const flat: ScriptedMinute = [100, 100, 100, 100];

/** One word per event: what happened to what. */
const word = (event: AccountEvent): string => {
  switch (event.kind) {
    case "order":
      return `order ${event.execution} ${event.order.status}`;
    case "algoOrder":
      return `algo ${event.algo.type} ${event.algo.status}`;
    case "account":
      return `account ${event.reason} ${event.walletBalance} ${event.positions.map(({ position }) => position.quantity).join()}`;
    default:
      return event.kind;
  }
};

test("tells an entry, its protection and its end in the order in which they happen", () => {
  const exchange = new Exchange(new Market(new ScriptedMarket(startMs, [flat, [100, 100, 97, 98], [98, 98, 98, 98]])));
  exchange.open(decimal("10000"), startMs);
  const told: AccountEvent[] = [];
  const end = exchange.events.subscribe((event) => told.push(event));
  changeLeverage(exchange, symbol, "10", startMs);
  placeOrder(
    exchange,
    { type: "MARKET", symbol, side: "BUY", quantity: decimal("2"), reduceOnly: false, clientOrderId: undefined },
    startMs,
  );
  for (const [type, triggerPrice] of [
    ["STOP_MARKET", "98.50"],
    ["TAKE_PROFIT_MARKET", "103"],
  ] as const) {
    placeAlgoOrder(
      exchange,
      {
        symbol,
        side: "SELL",
        type,
        triggerPrice: decimal(triggerPrice),
        clientAlgoId: undefined,
        workingType: "CONTRACT_PRICE",
        quantity: undefined,
        closePosition: true,
        reduceOnly: false,
        priceProtect: false,
        timeInForce: "GTC",
      },
      startMs,
    );
  }
  exchange.advanceTo(startMs + 2 * minuteMs);
  end();
  exchange.advanceTo(startMs + 3 * minuteMs);
  expect(told.map(word)).toEqual([
    "leverage",
    "order NEW NEW",
    "account ORDER 9999.89999 2",
    "order TRADE FILLED",
    "algo STOP_MARKET NEW",
    "algo TAKE_PROFIT_MARKET NEW",
    "algo STOP_MARKET TRIGGERING",
    "algo STOP_MARKET TRIGGERED",
    "order NEW NEW",
    "algo TAKE_PROFIT_MARKET EXPIRED",
    "account ORDER 9996.78149 0",
    "order TRADE FILLED",
    "algo STOP_MARKET FINISHED",
    "time",
  ]);
});
