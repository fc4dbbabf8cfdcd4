import { decimal } from "@winiswin/domain/decimal";
import { describe, expect, test } from "vitest";
import { minuteMs } from "../src/market/candle-columns.ts";
import type { SimulatedInstrument } from "../src/market/instrument.ts";
import type { AccountEvent } from "../src/matching/account-event.ts";
import { type AlgoOrderRequest, placeAlgoOrder } from "../src/matching/algo-entry.ts";
import { Exchange } from "../src/matching/exchange.ts";
import { bracketAt, maintenanceMargin } from "../src/matching/leverage-bracket.ts";
import { Market } from "../src/matching/market.ts";
import { placeOrder } from "../src/matching/order-entry.ts";
import type { AlgoOrderRecord, Side } from "../src/matching/records.ts";
import { changeLeverage, changeMarginType } from "../src/matching/symbol-settings.ts";
import { ScriptedMarket, type ScriptedMinute, scriptedInstrument } from "./scripted-market.ts";

const symbol = "TESTUSDT";
const startMs = Date.UTC(2026, 10, 21, 10);
const flat: ScriptedMinute = [100, 100, 100, 100];

function exchangeOn(minutes: readonly ScriptedMinute[], balance = "10000", instrument: SimulatedInstrument = scriptedInstrument): Exchange {
  const exchange = new Exchange(new Market(new ScriptedMarket(startMs, minutes, "0.001", 1_000_000, instrument)));
  exchange.open(decimal(balance), startMs);
  return exchange;
}

const market = (exchange: Exchange, side: Side, quantity: string, reduceOnly = false) =>
  placeOrder(exchange, { type: "MARKET", symbol, side, quantity: decimal(quantity), reduceOnly, clientOrderId: undefined }, startMs);

const limit = (exchange: Exchange, side: Side, quantity: string, price: string, reduceOnly = false) =>
  placeOrder(
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

const conditional = (exchange: Exchange, type: AlgoOrderRecord["type"], side: Side, changes: Partial<AlgoOrderRequest>) =>
  placeAlgoOrder(
    exchange,
    {
      symbol,
      side,
      type,
      triggerPrice: decimal("0"),
      clientAlgoId: undefined,
      workingType: "CONTRACT_PRICE",
      quantity: decimal("1"),
      closePosition: false,
      reduceOnly: true,
      priceProtect: false,
      timeInForce: "GTC",
      ...changes,
    },
    startMs,
  );

const closing = { closePosition: true, quantity: undefined, reduceOnly: false } as const;
const now = (exchange: Exchange, algo: AlgoOrderRecord): AlgoOrderRecord => exchange.state.algoOrders.get(algo.algoId)!;
const spawned = (exchange: Exchange, algo: AlgoOrderRecord) => exchange.state.orders.get(now(exchange, algo).actualOrderId)!;
const lastTrade = (exchange: Exchange) => exchange.state.trades.at(-1)!;

describe("stop limits", () => {
  const dip: readonly ScriptedMinute[] = [flat, [100, 100, 97, 97], [97, 97, 96, 96.5], [96.5, 99.5, 96.5, 99.5]];

  test("rest at their price when the market has passed it, TRIGGERED as long as they are open, FINISHED when filled as maker", () => {
    const exchange = exchangeOn(dip);
    market(exchange, "BUY", "1");
    const stop = conditional(exchange, "STOP", "SELL", { triggerPrice: decimal("98"), price: decimal("98.5") });
    exchange.advanceTo(startMs + 3 * minuteMs);
    expect(now(exchange, stop).status).toBe("TRIGGERED");
    expect(spawned(exchange, stop)).toMatchObject({
      type: "LIMIT",
      price: "98.5",
      status: "NEW",
      origin: { type: "STOP", triggerPrice: "98" },
    });
    exchange.advanceTo(startMs + 4 * minuteMs);
    expect(now(exchange, stop).status).toBe("FINISHED");
    expect(lastTrade(exchange)).toMatchObject({ price: "98.5", maker: true });
  });

  test("take at once what lies within their price", () => {
    const exchange = exchangeOn(dip);
    market(exchange, "BUY", "1");
    const stop = conditional(exchange, "STOP", "SELL", { triggerPrice: decimal("98"), price: decimal("97.5") });
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(now(exchange, stop).status).toBe("FINISHED");
    expect(lastTrade(exchange)).toMatchObject({ price: "98", maker: false });
  });

  test("are FINISHED too when the order that they became is cancelled", () => {
    const exchange = exchangeOn(dip);
    market(exchange, "BUY", "1");
    const stop = conditional(exchange, "STOP", "SELL", { triggerPrice: decimal("98"), price: decimal("98.5") });
    exchange.advanceTo(startMs + 2 * minuteMs);
    exchange.cancelOrder(spawned(exchange, stop), startMs + 2 * minuteMs);
    expect(now(exchange, stop).status).toBe("FINISHED");
    expect(exchange.state.positions.get(symbol)!.quantity).toBe("1");
  });

  test.each([
    ["IOC", 2],
    ["GTX", 11],
  ] as const)("with %s expire when they cannot do what they must", (timeInForce, expiryReason) => {
    const exchange = exchangeOn(dip);
    market(exchange, "BUY", "1");
    const price = decimal(timeInForce === "IOC" ? "98.5" : "97.5");
    const stop = conditional(exchange, "STOP", "SELL", { triggerPrice: decimal("98"), price, timeInForce });
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(spawned(exchange, stop)).toMatchObject({ status: "EXPIRED", expiryReason, executedQuantity: "0" });
    expect(now(exchange, stop).status).toBe("FINISHED");
  });

  test("are mirrored by target limits", () => {
    const exchange = exchangeOn([flat, [100, 103, 100, 103]]);
    market(exchange, "BUY", "1");
    const target = conditional(exchange, "TAKE_PROFIT", "SELL", { triggerPrice: decimal("102"), price: decimal("102.5") });
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(now(exchange, target).status).toBe("FINISHED");
    expect(lastTrade(exchange)).toMatchObject({ price: "102.5", maker: true });
  });
});

describe("trailing stops", () => {
  const trail = (callbackRate: string, activatePrice = "0") => ({
    trail: { callbackRate: decimal(callbackRate), activatePrice: decimal(activatePrice) },
  });
  const hill: readonly ScriptedMinute[] = [flat, [100, 104, 100, 104], [104, 110, 104, 110], [110, 110, 106, 107], [107, 107, 100, 100]];

  test("follow the highest price and sell when it has come back by the callback rate", () => {
    const exchange = exchangeOn(hill);
    market(exchange, "BUY", "1");
    const stop = conditional(exchange, "TRAILING_STOP_MARKET", "SELL", trail("2"));
    exchange.advanceTo(startMs + 3 * minuteMs);
    expect(now(exchange, stop)).toMatchObject({ status: "NEW", trail: { extreme: 110 } });
    exchange.advanceTo(startMs + 4 * minuteMs);
    expect(now(exchange, stop).status).toBe("FINISHED");
    // 2 % below 110, and the bid.
    expect(Number(lastTrade(exchange).price)).toBeCloseTo(107.8, 1);
  });

  test("do nothing before the activation price was reached", () => {
    const exchange = exchangeOn(hill);
    market(exchange, "BUY", "1");
    const never = conditional(exchange, "TRAILING_STOP_MARKET", "SELL", trail("1", "110.5"));
    exchange.advanceTo(startMs + 5 * minuteMs);
    expect(now(exchange, never).status).toBe("NEW");
  });

  test("buy back from the lowest price, and trigger at once where the price jumps", () => {
    const exchange = exchangeOn([flat, [100, 100, 90, 90], [95, 95, 95, 95]]);
    market(exchange, "SELL", "1");
    conditional(exchange, "TRAILING_STOP_MARKET", "BUY", trail("3"));
    exchange.advanceTo(startMs + 3 * minuteMs);
    expect(lastTrade(exchange)).toMatchObject({ side: "BUY", price: "95.01", timeMs: startMs + 2 * minuteMs });
  });

  test("give the same whether somebody looks once or every second", () => {
    const [once, often] = [exchangeOn(hill), exchangeOn(hill)];
    for (const exchange of [once, often]) {
      market(exchange, "BUY", "1");
      conditional(exchange, "TRAILING_STOP_MARKET", "SELL", { ...trail("1.5", "103"), workingType: "MARK_PRICE" });
    }
    once.advanceTo(startMs + 5 * minuteMs);
    for (let second = 1; second <= 300; second++) often.advanceTo(startMs + second * 1_000);
    expect(once.state.trades).toHaveLength(2);
    expect(often.state.trades).toEqual(once.state.trades);
    expect([...often.state.algoOrders.values()]).toEqual([...once.state.algoOrders.values()]);
  });
});

describe("orders that live with the position", () => {
  test("need one, also with a quantity, and go with it", () => {
    const exchange = exchangeOn([flat]);
    const stop = () => conditional(exchange, "STOP_MARKET", "SELL", { triggerPrice: decimal("90"), timeInForce: "GTE_GTC" });
    expect(stop).toThrow("Time in Force (TIF) GTE");
    market(exchange, "BUY", "1");
    const placed = stop();
    market(exchange, "SELL", "1");
    expect(now(exchange, placed)).toMatchObject({ status: "EXPIRED", reason: "GTE condition unsatisfied" });
  });
});

describe("at the trigger", () => {
  test("priceProtect rejects when the last price has left the mark price too far behind", () => {
    // The wick takes the last price to 80 and the mark, which shares half of it, to 90.
    const wick: readonly ScriptedMinute[] = [flat, [100, 100, 80, 100]];
    const outcome = (priceProtect: boolean) => {
      const exchange = exchangeOn(wick, "10000", { ...scriptedInstrument, triggerProtect: "0.0500" });
      market(exchange, "BUY", "1");
      const stop = conditional(exchange, "STOP_MARKET", "SELL", { ...closing, triggerPrice: decimal("82"), priceProtect });
      exchange.advanceTo(startMs + 2 * minuteMs);
      return now(exchange, stop);
    };
    expect(outcome(false).status).toBe("FINISHED");
    expect(outcome(true)).toMatchObject({ status: "REJECTED", reason: expect.stringContaining("priceProtect") });
  });

  test("an entry without margin is REJECTED with the reason, having asked for none before", () => {
    const exchange = exchangeOn([flat, [100, 103, 100, 103]], "100");
    changeLeverage(exchange, symbol, "5", startMs);
    const entry = conditional(exchange, "STOP_MARKET", "BUY", { reduceOnly: false, quantity: decimal("10"), triggerPrice: decimal("102") });
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(now(exchange, entry)).toMatchObject({ status: "REJECTED", reason: "Margin is insufficient.", actualOrderId: "" });
    expect(exchange.state.positions.size).toBe(0);
  });

  test("each state is told: NEW, TRIGGERING, TRIGGERED, FINISHED", () => {
    const exchange = exchangeOn([flat, [100, 100, 97, 97]]);
    const told: AccountEvent[] = [];
    exchange.events.subscribe((event) => told.push(event));
    market(exchange, "BUY", "1");
    conditional(exchange, "STOP_MARKET", "SELL", { ...closing, triggerPrice: decimal("98") });
    exchange.advanceTo(startMs + 2 * minuteMs);
    expect(told.flatMap((event) => (event.kind === "algoOrder" ? [event.algo.status] : []))).toEqual([
      "NEW",
      "TRIGGERING",
      "TRIGGERED",
      "FINISHED",
    ]);
  });
});

describe("the mark price", () => {
  const fall: readonly ScriptedMinute[] = [flat, [100, 100, 98, 98], [98, 98, 96, 96], [96, 96, 94, 94]];

  test("goes with a falling market: a stop on it is not late", () => {
    const exchange = exchangeOn(fall);
    market(exchange, "BUY", "1");
    conditional(exchange, "STOP_MARKET", "SELL", { ...closing, triggerPrice: decimal("97"), workingType: "MARK_PRICE" });
    exchange.advanceTo(startMs + 4 * minuteMs);
    expect(Number(lastTrade(exchange).price)).toBeGreaterThan(96.9);
    expect(lastTrade(exchange).timeMs).toBeLessThan(startMs + 3 * minuteMs);
  });

  test("jumps with the market, not before it", () => {
    const exchange = exchangeOn([flat, flat, [95, 95, 95, 95]]);
    const { market: prices } = exchange;
    expect(prices.markPrice(scriptedInstrument, startMs + 2 * minuteMs - 1).toFixed()).toBe("100");
    expect(prices.markPrice(scriptedInstrument, startMs + 2 * minuteMs).toFixed()).toBe("95");
  });

  test("liquidates at the millisecond of a jump, on the margin that the brackets ask for", () => {
    const exchange = exchangeOn([flat, flat, [90, 90, 90, 90]]);
    changeMarginType(exchange, symbol, "ISOLATED", startMs);
    changeLeverage(exchange, symbol, "10", startMs);
    market(exchange, "BUY", "1");
    exchange.advanceTo(startMs + 3 * minuteMs);
    const [last] = [...exchange.state.orders.values()].slice(-1);
    expect(last).toMatchObject({ timeMs: startMs + 2 * minuteMs, clientOrderId: expect.stringMatching(/^autoclose-/) });
    expect(exchange.state.incomes.at(-1)).toMatchObject({ incomeType: "INSURANCE_CLEAR" });
  });
});

describe("maintenance brackets", () => {
  test("ask for more of a larger position, without a step at their borders", () => {
    const small = bracketAt(scriptedInstrument, 5_000);
    const large = bracketAt(scriptedInstrument, 500_000);
    expect(large.maintMarginRatio).toBeGreaterThan(small.maintMarginRatio);
    for (const { notionalCap } of [small, large]) {
      const [below, above] = [
        maintenanceMargin(scriptedInstrument, notionalCap - 0.001),
        maintenanceMargin(scriptedInstrument, notionalCap),
      ];
      expect(above - below).toBeLessThan(0.001);
    }
  });
});

describe("what time brings", () => {
  test.each([1, 4, 8])("funding is paid every %i hours, at the hour", (fundingIntervalHours) => {
    const exchange = exchangeOn([flat], "10000", { ...scriptedInstrument, fundingIntervalHours });
    market(exchange, "BUY", "1");
    exchange.advanceTo(startMs + 24 * 3_600_000);
    const times = exchange.state.incomes.filter(({ incomeType }) => incomeType === "FUNDING_FEE").map(({ timeMs }) => timeMs);
    expect(times).toHaveLength(24 / fundingIntervalHours);
    for (const timeMs of times) expect(timeMs % (fundingIntervalHours * 3_600_000)).toBe(0);
  });

  test("the end of a contract expires its orders and closes what is held at the mark price", () => {
    const endMs = startMs + 10 * minuteMs;
    const exchange = exchangeOn([flat, [100, 101, 100, 101]], "10000", { ...scriptedInstrument, endMs });
    market(exchange, "BUY", "2");
    const order = limit(exchange, "BUY", "1", "90");
    const stop = conditional(exchange, "STOP_MARKET", "SELL", { ...closing, triggerPrice: decimal("90") });
    exchange.advanceTo(endMs + minuteMs);
    expect(exchange.state.positions.size).toBe(0);
    expect(exchange.state.orders.get(order.orderId)).toMatchObject({ status: "EXPIRED", expiryReason: 7, updateTimeMs: endMs });
    expect(now(exchange, stop).status).toBe("EXPIRED");
    expect(lastTrade(exchange)).toMatchObject({ price: "101", quantity: "2", timeMs: endMs });
    expect([...exchange.state.orders.values()].at(-1)!.clientOrderId).toMatch(/^settlement_autoclose-/);
  });

  test("a plain order that only reduces expires when the position is gone", () => {
    const exchange = exchangeOn([flat]);
    market(exchange, "BUY", "1");
    const target = limit(exchange, "SELL", "1", "110", true);
    market(exchange, "SELL", "1");
    expect(exchange.state.orders.get(target.orderId)).toMatchObject({ status: "EXPIRED", expiryReason: 4 });
  });

  test("a margin that is nearly used up is called for once, and again after it has recovered", () => {
    const exchange = exchangeOn([flat, [100, 100, 91.05, 91.05], [91.05, 99, 91.05, 99], [99, 99, 91.05, 91.05]]);
    const calls: AccountEvent[] = [];
    exchange.events.subscribe((event) => {
      if (event.kind === "marginCall") calls.push(event);
    });
    changeMarginType(exchange, symbol, "ISOLATED", startMs);
    changeLeverage(exchange, symbol, "10", startMs);
    market(exchange, "BUY", "1");
    for (let half = 1; half <= 8; half++) exchange.advanceTo(startMs + half * 30_000);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ positions: [{ marginType: "ISOLATED" }] });
  });
});
