import { USDMClient } from "binance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/index.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbol = "BTCUSDT";

let simulator: ExchangeSimulator;
let client: USDMClient;

/** Moves the market and the client's idea of its time. */
async function step(nowMs: number): Promise<void> {
  await fetch(`${simulator.url}/simulator/clock`, { method: "POST", body: JSON.stringify({ nowMs }) });
  client.setTimeOffset(nowMs - Date.now());
}

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 100, seed: "sdk" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 100_000,
  });
  client = new USDMClient({ api_key: simulator.apiKey, api_secret: simulator.apiSecret, baseUrl: simulator.url }, { timeout: 5_000 });
  client.setTimeOffset(startMs - Date.now());
});

afterAll(() => simulator.stop());

describe("the binance package", () => {
  test("reads the market: time, contracts with their filters, candles, mark prices, tickers", async () => {
    expect(await client.getServerTime()).toBe(startMs);
    const { symbols, rateLimits } = await client.getExchangeInfo();
    expect(symbols).toHaveLength(105);
    expect(rateLimits).toContainEqual({ rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 100_000 });
    expect(symbols[0]!.filters.map(({ filterType }) => filterType)).toEqual(
      expect.arrayContaining(["PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MIN_NOTIONAL", "PERCENT_PRICE", "MAX_NUM_ORDERS"]),
    );
    const candles = await client.getKlines({ symbol, interval: "15m", limit: 499 });
    expect(candles).toHaveLength(499);
    expect(candles.at(-1)![6]).toBeGreaterThan(startMs);
    const chinese = symbols.find((info) => /\p{Script=Han}/u.test(info.symbol))!.symbol;
    expect(await client.getKlines({ symbol: chinese, interval: "1h", limit: 2 })).toHaveLength(2);
    expect(await client.getMarkPrice({ symbol })).toMatchObject({ symbol, time: startMs });
    expect(await client.getMarkPrice()).toHaveLength(104);
    expect(await client.get24hrChangeStatistics({ symbol })).toMatchObject({ symbol });
    const book = await client.getSymbolOrderBookTicker({ symbol });
    expect(Number((book as { bidPrice: string }).bidPrice)).toBeLessThan(Number((book as { askPrice: string }).askPrice));
  });

  test("opens a position, protects it, and finds it closed by stop or target with everything booked", async () => {
    await client.setMarginType({ symbol, marginType: "ISOLATED" });
    await expect(client.setMarginType({ symbol, marginType: "ISOLATED" })).rejects.toMatchObject({ code: -4046 });
    expect(await client.setLeverage({ symbol, leverage: 10 })).toMatchObject({ leverage: 10, symbol });

    await client.postPrivate("fapi/v1/order", { symbol, side: "BUY", type: "MARKET", quantity: "0.05", newClientOrderId: "entry-1" });
    const entry = await client.getOrder({ symbol, origClientOrderId: "entry-1" });
    expect(entry).toMatchObject({ status: "FILLED", executedQty: "0.05" });
    const entryPrice = Number(entry.avgPrice);
    const [position] = await client.getPositionsV3({ symbol });
    expect(position).toMatchObject({ symbol, positionAmt: "0.05", positionSide: "BOTH" });
    expect(Number(position!.liquidationPrice)).toBeLessThan(entryPrice * 0.92);
    expect(await client.getFuturesSymbolConfig({ symbol })).toMatchObject([{ symbol, marginType: "ISOLATED", leverage: 10 }]);

    const conditional = { algoType: "CONDITIONAL", symbol, side: "SELL", closePosition: "true" };
    await client.postPrivate("fapi/v1/algoOrder", {
      ...conditional,
      type: "STOP_MARKET",
      triggerPrice: (entryPrice * 0.99).toFixed(1),
      workingType: "MARK_PRICE",
      clientAlgoId: "stop-1",
    });
    await client.postPrivate("fapi/v1/algoOrder", {
      ...conditional,
      type: "TAKE_PROFIT_MARKET",
      triggerPrice: (entryPrice * 1.01).toFixed(1),
      clientAlgoId: "target-1",
    });
    expect(await client.getOpenAlgoOrders({ symbol })).toHaveLength(2);
    expect(await client.getAllOpenOrders()).toEqual([]);

    let open = 1;
    for (let quarter = 1; open > 0 && quarter < 400; quarter++) {
      await step(startMs + quarter * 900_000);
      open = (await client.getPositionsV3({ symbol })).length;
    }
    expect(open).toBe(0);
    const algos = [await client.getAlgoOrder({ clientAlgoId: "stop-1" }), await client.getAlgoOrder({ clientAlgoId: "target-1" })];
    expect(algos.map((algo) => (algo as unknown as { algoStatus: string }).algoStatus).sort()).toEqual(["EXPIRED", "FINISHED"]);
    const finished = algos.find((algo) => (algo as unknown as { algoStatus: string }).algoStatus === "FINISHED") as unknown as {
      actualOrderId: string;
    };
    const trades = await client.getAccountTrades({ symbol });
    expect(trades.at(-1)).toMatchObject({ side: "SELL", maker: false });
    expect(trades.filter((trade) => String(trade.orderId) === finished.actualOrderId).map((trade) => trade.qty)).toEqual(["0.05"]);
    const [balance] = await client.getBalanceV3();
    const incomes = await client.getIncomeHistory({ limit: 1_000 });
    const booked = incomes.reduce((sum, entry) => sum + Number(entry.income), 0);
    expect(Number(balance!.balance)).toBeCloseTo(booked, 8);
    expect(await client.getOpenAlgoOrders({ symbol })).toEqual([]);
  });

  test("is told why when it uses the endpoint that conditional orders left", async () => {
    await expect(
      client.postPrivate("fapi/v1/order", { symbol, side: "SELL", type: "STOP_MARKET", stopPrice: "1", quantity: "0.05" }),
    ).rejects.toMatchObject({
      code: -4120,
      message: "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    });
  });

  test("amends, batches, counts down and trails through its own methods", async () => {
    const other = "SOLUSDT";
    const { bidPrice } = (await client.getSymbolOrderBookTicker({ symbol: other })) as { bidPrice: string };
    const below = (share: number) => (Number(bidPrice) * share).toFixed(2);
    const resting = { symbol: other, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "1" } as const;
    await client.postPrivate("fapi/v1/order", { ...resting, price: below(0.95), newClientOrderId: "sol-1" });
    const amended = await client.putPrivate("fapi/v1/order", {
      symbol: other,
      side: "BUY",
      origClientOrderId: "sol-1",
      quantity: "2",
      price: below(0.94),
    });
    expect(amended).toMatchObject({ origQty: "2", status: "NEW" });
    const batch = await client.submitMultipleOrders([
      { ...resting, quantity: "1", price: below(0.93), newClientOrderId: "sol-2" } as never,
      { ...resting, quantity: "1", price: below(0.92), newClientOrderId: "sol-2" } as never,
    ]);
    expect(batch).toMatchObject([{ status: "NEW" }, { code: -4116 }]);
    expect(await client.setCancelOrdersOnTimeout({ symbol: other, countdownTime: 30_000 })).toMatchObject({ symbol: other });
    await client.postPrivate("fapi/v1/order", { symbol: other, side: "BUY", type: "MARKET", quantity: "1" });
    const trailing = await client.submitNewAlgoOrder({
      algoType: "CONDITIONAL",
      symbol: other,
      side: "SELL",
      type: "TRAILING_STOP_MARKET",
      quantity: "1",
      reduceOnly: "true",
      callbackRate: "0.5",
      clientAlgoId: "trail-1",
    } as never);
    expect(trailing).toMatchObject({ algoStatus: "NEW", callbackRate: "0.5", orderType: "TRAILING_STOP_MARKET" });
    const serverTime = await client.getServerTime();
    await step(serverTime + 31_000);
    expect(await client.getAllOpenOrders({ symbol: other })).toEqual([]);
    for (let hour = 1; hour <= 24; hour++) await step(serverTime + hour * 3_600_000);
    expect(await client.getAlgoOrder({ clientAlgoId: "trail-1" })).toMatchObject({ algoStatus: "FINISHED", actualQty: "1" });
    expect(await client.getPositionsV3({ symbol: other })).toEqual([]);
  });

  test("reads depth, open interest, its history, the account's limits and settings", async () => {
    const { bids, asks } = await client.getOrderBook({ symbol, limit: 5 });
    expect([bids.length, asks.length]).toEqual([5, 5]);
    expect(Number((await client.getOpenInterest({ symbol })).openInterest)).toBeGreaterThan(0);
    expect(await client.getOpenInterestStatistics({ symbol, period: "1h", limit: 2 })).toHaveLength(2);
    expect(await client.getIndexPriceKlines({ pair: symbol, interval: "15m", limit: 2 })).toHaveLength(2);
    expect(await client.getFuturesAccountConfig()).toMatchObject({ dualSidePosition: false });
    expect(await client.getForceOrders()).toEqual([]);
    expect(await client.getADLQuantileEstimation()).toEqual([]);
    expect(await client.getAccountInformation()).toMatchObject({ canTrade: true });
    expect(await client.getUserForceOrders()).toHaveLength(2);
    const health = await fetch(`${simulator.url}/simulator/health`);
    expect(await health.json()).toMatchObject({ unknownEndpoints: {} });
  });
});
