import { decimal } from "@winiswin/domain/decimal";
import { describe, expect, test } from "vitest";
import { minuteMs } from "../src/market/candle-columns.ts";
import { type AlgoOrderRequest, placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import type { AlgoOrderRecord, Side } from "../src/matching/records.ts";
import { changeLeverage, changeMarginType } from "../src/matching/symbol-settings.ts";
import { ScriptedMarket, type ScriptedMinute } from "./scripted-market.ts";

const symbol = "TESTUSDT";
const startMs = Date.UTC(2026, 10, 21, 10);
const flat: ScriptedMinute = [100, 100, 100, 100];

function exchangeOn(minutes: readonly ScriptedMinute[], fundingRate?: string, balance = "10000"): Exchange {
  const exchange = new Exchange(new Market(new ScriptedMarket(startMs, minutes, fundingRate)));
  exchange.open(decimal(balance), startMs);
  return exchange;
}

function market(exchange: Exchange, side: Side, quantity: string, atMs = startMs, reduceOnly = false) {
  return placeOrder(exchange, { type: "MARKET", symbol, side, quantity: decimal(quantity), reduceOnly, clientOrderId: undefined }, atMs);
}

function limit(exchange: Exchange, side: Side, quantity: string, price: string, reduceOnly = false) {
  return placeOrder(
    exchange,
    {
      type: "LIMIT",
      symbol,
      side,
      quantity: decimal(quantity),
      price: decimal(price),
      timeInForce: "GTC",
      reduceOnly,
      clientOrderId: undefined,
    },
    startMs,
  );
}

function conditional(
  exchange: Exchange,
  type: AlgoOrderRecord["type"],
  side: Side,
  triggerPrice: string,
  changes: Partial<AlgoOrderRequest> = {},
) {
  return placeAlgoOrder(
    exchange,
    {
      symbol,
      side,
      type,
      triggerPrice: decimal(triggerPrice),
      clientAlgoId: undefined,
      workingType: "CONTRACT_PRICE",
      quantity: undefined,
      closePosition: true,
      reduceOnly: false,
      priceProtect: false,
      timeInForce: "GTC",
      ...changes,
    },
    startMs,
  );
}

const statusOf = (exchange: Exchange, algo: AlgoOrderRecord) => exchange.state.algoOrders.get(algo.algoId)!.status;
const lastTrade = (exchange: Exchange) => exchange.state.trades.at(-1)!;

describe("market orders", () => {
  test("buy at the ask and sell at the bid, with the taker fee taken from the wallet", () => {
    const exchange = exchangeOn([flat]);
    market(exchange, "BUY", "2");
    expect(lastTrade(exchange)).toMatchObject({ price: "100.01", commission: "0.10001", realizedPnl: "0", maker: false });
    market(exchange, "SELL", "2");
    expect(lastTrade(exchange)).toMatchObject({ price: "100", commission: "0.1", realizedPnl: "-0.02" });
    expect(exchange.state.account.walletBalance).toBe("9999.77999");
    expect(exchange.state.positions.size).toBe(0);
  });

  test("flip a position by closing it first: what is realised belongs to the old, the entry price to the new", () => {
    const exchange = exchangeOn([flat]);
    market(exchange, "BUY", "2");
    market(exchange, "SELL", "5");
    expect(exchange.state.positions.get(symbol)).toMatchObject({ quantity: "-3", entryCost: "300" });
    expect(lastTrade(exchange).realizedPnl).toBe("-0.02");
  });

  test("eat into a thin book level by level, each at its own price, and expire what lies beyond the market take bound", () => {
    const exchange = new Exchange(new Market(new ScriptedMarket(startMs, [flat], "0", 2)));
    exchange.open(decimal("100000000"), startMs);
    changeLeverage(exchange, symbol, "5", startMs);
    const order = market(exchange, "BUY", "1000");
    const prices = exchange.state.trades.map((trade) => Number(trade.price));
    expect(prices.length).toBeGreaterThan(5);
    expect(prices).toEqual([...prices].sort((left, right) => left - right));
    expect(prices.at(-1)).toBeLessThanOrEqual(115);
    expect(order.status).toBe("EXPIRED");
    const bought = exchange.state.trades.reduce((sum, trade) => sum.plus(decimal(trade.quantity)), decimal("0"));
    expect(order.executedQuantity).toBe(bought.toFixed());
    expect(exchange.state.positions.get(symbol)!.quantity).toBe(bought.toFixed());
  });

  test("that only reduce never open: they are cut to the position, and refused without one", () => {
    const exchange = exchangeOn([flat]);
    expect(() => market(exchange, "SELL", "1", startMs, true)).toThrow("ReduceOnly Order is rejected.");
    market(exchange, "BUY", "1");
    market(exchange, "SELL", "7", startMs, true);
    expect(exchange.state.positions.size).toBe(0);
  });

  test("need margin for what they open: notional / leverage", () => {
    const exchange = exchangeOn([flat], "0", "100");
    changeLeverage(exchange, symbol, "10", startMs);
    expect(() => market(exchange, "BUY", "10")).toThrow("Margin is insufficient.");
    market(exchange, "BUY", "9.9");
    expect(exchange.figures(startMs).availableBalance.lt(decimal("1"))).toBe(true);
  });
});

describe("conditional orders", () => {
  test("close the whole position at the trigger, less the spread, and end their sibling with it", () => {
    const exchange = exchangeOn([flat, [100, 100, 97, 98], [98, 98, 98, 98]]);
    market(exchange, "BUY", "2");
    const stop = conditional(exchange, "STOP_MARKET", "SELL", "98.50");
    const target = conditional(exchange, "TAKE_PROFIT_MARKET", "SELL", "103");
    exchange.advanceTo(startMs + 3 * minuteMs);
    expect(statusOf(exchange, stop)).toBe("FINISHED");
    expect(statusOf(exchange, target)).toBe("EXPIRED");
    expect(lastTrade(exchange)).toMatchObject({ side: "SELL", price: "98.5", quantity: "2", realizedPnl: "-3.02" });
    const order = exchange.state.orders.get(exchange.state.algoOrders.get(stop.algoId)!.actualOrderId)!;
    expect(order).toMatchObject({ status: "FILLED", type: "MARKET", closePosition: true });
  });

  test("fill at the worse open when the market jumps over the stop", () => {
    const exchange = exchangeOn([flat, [95, 96, 94, 95]]);
    market(exchange, "BUY", "1");
    conditional(exchange, "STOP_MARKET", "SELL", "98");
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(lastTrade(exchange)).toMatchObject({ price: "95", timeMs: startMs + minuteMs });
  });

  test.each([
    ["the target's side first", [100, 104, 97, 100.5]],
    ["the stop's side first", [100, 104, 97, 99]],
  ] as const)("let the stop win when stop and target lie in one minute, though the path visits %s", (_, minute) => {
    const all = exchangeOn([flat, minute]);
    const polled = exchangeOn([flat, minute]);
    for (const exchange of [all, polled]) {
      market(exchange, "BUY", "1");
      conditional(exchange, "STOP_MARKET", "SELL", "98");
      conditional(exchange, "TAKE_PROFIT_MARKET", "SELL", "103");
    }
    all.advanceTo(startMs + 2 * minuteMs);
    for (let second = 1; second <= 120; second++) polled.advanceTo(startMs + second * 1_000);
    expect(lastTrade(all).price).toBe("98");
    expect(polled.state.trades).toEqual(all.state.trades);
  });

  test("watch the price they were told to: a wick of the last price does not reach a stop on the mark price", () => {
    const wick: readonly ScriptedMinute[] = [flat, [100, 100, 90, 100], flat, flat];
    const onLast = exchangeOn(wick);
    const onMark = exchangeOn(wick);
    for (const exchange of [onLast, onMark]) market(exchange, "BUY", "1");
    conditional(onLast, "STOP_MARKET", "SELL", "94.99", { workingType: "CONTRACT_PRICE" });
    const stop = conditional(onMark, "STOP_MARKET", "SELL", "94.99", { workingType: "MARK_PRICE" });
    onLast.advanceTo(startMs + 4 * minuteMs);
    onMark.advanceTo(startMs + 4 * minuteMs);
    expect(onLast.state.positions.size).toBe(0);
    expect(statusOf(onMark, stop)).toBe("NEW");
  });

  test("protect shorts as they do longs", () => {
    const exchange = exchangeOn([flat, [100, 102, 100, 101]]);
    market(exchange, "SELL", "1");
    const stop = conditional(exchange, "STOP_MARKET", "BUY", "101.50");
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(statusOf(exchange, stop)).toBe("FINISHED");
    expect(lastTrade(exchange).price).toBe("101.51");
  });

  test("with a quantity and reduce-only outlive the position and are rejected when they trigger without one", () => {
    const exchange = exchangeOn([flat, [100, 100, 97, 98]]);
    market(exchange, "BUY", "1");
    const stop = conditional(exchange, "STOP_MARKET", "SELL", "98", { closePosition: false, reduceOnly: true, quantity: decimal("1") });
    market(exchange, "SELL", "1");
    expect(statusOf(exchange, stop)).toBe("NEW");
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(statusOf(exchange, stop)).toBe("REJECTED");
    expect(exchange.state.trades).toHaveLength(2);
  });

  test.each([
    [
      "a closePosition order without a position",
      "Time in Force (TIF) GTE",
      (exchange: Exchange) => conditional(exchange, "STOP_MARKET", "SELL", "90"),
    ],
    [
      "a second stop that closes the position",
      "is existing",
      (exchange: Exchange) => {
        market(exchange, "BUY", "1");
        conditional(exchange, "STOP_MARKET", "SELL", "90");
        conditional(exchange, "STOP_MARKET", "SELL", "91");
      },
    ],
    [
      "a stop that the price has already passed",
      "immediately trigger",
      (exchange: Exchange) => {
        market(exchange, "BUY", "1");
        conditional(exchange, "STOP_MARKET", "SELL", "101");
      },
    ],
    [
      "a trigger off the tick",
      "tick size",
      (exchange: Exchange) => {
        market(exchange, "BUY", "1");
        conditional(exchange, "STOP_MARKET", "SELL", "90.005");
      },
    ],
  ])("refuse %s", (_, message, act) => {
    const exchange = exchangeOn([flat]);
    expect(() => act(exchange)).toThrow(message);
  });
});

describe("limit orders", () => {
  test("rest until the market trades through them, and pay the maker fee", () => {
    const exchange = exchangeOn([flat, [100, 100, 99, 99.5], [99.5, 99.5, 98.99, 99]]);
    const order = limit(exchange, "BUY", "1", "99");
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(exchange.state.orders.get(order.orderId)!.status).toBe("NEW");
    exchange.advanceTo(startMs + 3 * minuteMs);
    expect(exchange.state.orders.get(order.orderId)!.status).toBe("FILLED");
    expect(lastTrade(exchange)).toMatchObject({ price: "99", commission: "0.0198", maker: true });
  });

  test("take what crosses them at once", () => {
    const exchange = exchangeOn([flat]);
    const order = limit(exchange, "BUY", "1", "101");
    expect(order.status).toBe("FILLED");
    expect(lastTrade(exchange)).toMatchObject({ price: "100.01", maker: false });
  });

  test("that reduce claim the position: nothing is left for a second one", () => {
    const exchange = exchangeOn([flat]);
    market(exchange, "BUY", "1");
    limit(exchange, "SELL", "1", "105", true);
    expect(() => limit(exchange, "SELL", "1", "106", true)).toThrow("check your existing position and open orders");
    expect(() => market(exchange, "SELL", "1", startMs, true)).toThrow("check your existing position and open orders");
  });

  test("hold margin while they rest and release it when they are cancelled", () => {
    const exchange = exchangeOn([flat]);
    const order = limit(exchange, "BUY", "10", "90");
    expect(exchange.figures(startMs).availableBalance.toFixed()).toBe("9955");
    exchange.cancelOrder(order, startMs);
    expect(exchange.figures(startMs).availableBalance.toFixed()).toBe("10000");
  });
});

describe("margin for resting orders", () => {
  test("is asked for one side only, the dearer, as the exchange's own example has it", () => {
    const exchange = exchangeOn([[20_000, 20_000, 20_000, 20_000]]);
    changeLeverage(exchange, symbol, "2", startMs);
    market(exchange, "BUY", "0.5");
    limit(exchange, "BUY", "0.1", "19000");
    limit(exchange, "SELL", "0.1", "22000");
    const { positionInitialMargin, openOrderInitialMargin } = exchange.figures(startMs);
    expect(positionInitialMargin.toFixed()).toBe("5000");
    expect(openOrderInitialMargin.toFixed()).toBe("950");
  });

  test("is not asked for what closes, but for what would turn the position beyond its own size", () => {
    const exchange = exchangeOn([flat], "0", "55");
    changeLeverage(exchange, symbol, "20", startMs);
    market(exchange, "BUY", "10");
    expect(exchange.figures(startMs).availableBalance.lt(decimal("5"))).toBe(true);
    const sold = [limit(exchange, "SELL", "10", "101"), limit(exchange, "SELL", "9.8", "101")];
    expect(exchange.figures(startMs).openOrderInitialMargin.toFixed()).toBe("0");
    expect(() => limit(exchange, "SELL", "10", "101")).toThrow("Margin is insufficient.");
    for (const order of sold) exchange.cancelOrder(order, startMs);
    expect(() => limit(exchange, "BUY", "1", "99")).toThrow("Margin is insufficient.");
  });
});

describe("margin", () => {
  const crash: readonly ScriptedMinute[] = [
    flat,
    [100, 100, 95, 95],
    [95, 95, 90, 90],
    [90, 90, 85, 85],
    [85, 85, 85, 85],
    [85, 85, 85, 85],
  ];

  test("liquidates an isolated position on the mark price, which costs at most its own wallet", () => {
    const exchange = exchangeOn(crash);
    changeMarginType(exchange, symbol, "ISOLATED", startMs);
    changeLeverage(exchange, symbol, "10", startMs);
    market(exchange, "BUY", "10");
    const stop = conditional(exchange, "STOP_MARKET", "SELL", "50");
    const { isolatedWallet } = exchange.state.positions.get(symbol)!;
    exchange.advanceTo(startMs + 6 * minuteMs);
    expect(exchange.state.positions.size).toBe(0);
    expect(statusOf(exchange, stop)).toBe("EXPIRED");
    expect(isolatedWallet).toBe("100.01");
    const lost = decimal("10000").minus(decimal(exchange.state.account.walletBalance));
    // The wallet of the position and the fee of its entry, to the last digit.
    expect(lost.toFixed()).toBe(decimal("100.01").plus(decimal("0.50005")).toFixed());
    expect([...exchange.state.orders.values()].at(-1)!.clientOrderId).toMatch(/^autoclose-/);
  });

  test("lets a cross position live on the whole wallet", () => {
    const exchange = exchangeOn(crash);
    changeLeverage(exchange, symbol, "10", startMs);
    market(exchange, "BUY", "10");
    exchange.advanceTo(startMs + 6 * minuteMs);
    expect(exchange.state.positions.get(symbol)!.quantity).toBe("10");
  });

  test("liquidates a cross position when the wallet no longer bears it, and never below zero", () => {
    const exchange = exchangeOn(crash, "0", "120");
    changeLeverage(exchange, symbol, "10", startMs);
    market(exchange, "BUY", "10");
    exchange.advanceTo(startMs + 6 * minuteMs);
    expect(exchange.state.positions.size).toBe(0);
    expect(decimal(exchange.state.account.walletBalance).gte(decimal("0"))).toBe(true);
  });

  test("funds positions open at the funding time on the mark notional: longs pay a positive rate, shorts receive it", () => {
    const fundingMs = Date.UTC(2026, 10, 21, 16);
    for (const [side, income] of [
      ["BUY", "-0.2"],
      ["SELL", "0.2"],
    ] as const) {
      const exchange = exchangeOn([flat], "0.001");
      market(exchange, side, "2");
      exchange.advanceTo(fundingMs - 1);
      expect(exchange.state.incomes.filter((entry) => entry.incomeType === "FUNDING_FEE")).toEqual([]);
      exchange.advanceTo(fundingMs + 3_600_000);
      expect(exchange.state.incomes.filter((entry) => entry.incomeType === "FUNDING_FEE")).toMatchObject([{ income, timeMs: fundingMs }]);
    }
  });

  test("changes leverage and margin type only as an open position allows", () => {
    const exchange = exchangeOn([flat]);
    expect(() => changeMarginType(exchange, symbol, "CROSSED", startMs)).toThrow("No need to change margin type.");
    changeMarginType(exchange, symbol, "ISOLATED", startMs);
    market(exchange, "BUY", "1");
    expect(() => changeMarginType(exchange, symbol, "CROSSED", startMs)).toThrow("if there exists position");
    expect(() => changeLeverage(exchange, symbol, "5", startMs)).toThrow("Leverage reduction is not supported");
    expect(changeLeverage(exchange, symbol, "40", startMs)).toBe(40);
    expect(() => changeLeverage(exchange, symbol, "51", startMs)).toThrow("is not valid");
  });
});
