import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dayMs } from "../src/market/candle-columns.ts";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, type Reply, signed } from "./signed-request.ts";

const startMs = Date.UTC(2026, 5, 1, 10, 0, 2);
const symbol = "BTCUSDT";
let simulator: ExchangeSimulator;

beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 2, seed: "retention" },
    clock: { kind: "stepped", startMs },
  });
});

afterEach(() => simulator.stop());

const call = (method: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  signed(simulator, method, `/fapi/v1/${path}`, parameters, simulator.clock.nowMs());

const step = (days: number): Promise<Reply> =>
  plain(simulator.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: simulator.clock.nowMs() + Math.round(days * dayMs) }));

const market = (side: string, newClientOrderId: string) =>
  call("POST", "order", { symbol, side, type: "MARKET", quantity: "0.01", newClientOrderId });

/** One of each: filled, cancelled, and a conditional one that is cancelled. */
async function leaveTraces(): Promise<void> {
  const { bidPrice } = (await plain(simulator.url, "GET", `/fapi/v1/ticker/bookTicker?symbol=${symbol}`)).body as { bidPrice: string };
  const below = (Math.round(Number(bidPrice) * 9) / 10).toFixed(1);
  await market("BUY", "filled");
  await call("POST", "order", {
    symbol,
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.01",
    price: below,
    newClientOrderId: "cancelled",
  });
  await call("DELETE", "order", { symbol, origClientOrderId: "cancelled" });
  const stop = { algoType: "CONDITIONAL", symbol, side: "SELL", type: "STOP_MARKET", quantity: "0.01", reduceOnly: "true" };
  await call("POST", "algoOrder", { ...stop, triggerPrice: below, clientAlgoId: "stop" });
  await call("DELETE", "algoOrder", { clientAlgoId: "stop" });
  await market("SELL", "closed");
}

const found = (id: string) => call("GET", "order", { symbol, origClientOrderId: id }).then(({ body }) => body);
const foundAlgo = () => call("GET", "algoOrder", { clientAlgoId: "stop" }).then(({ body }) => body);
const window = { startTime: String(startMs), endTime: String(startMs + dayMs) };

describe("the exchange no longer tells", () => {
  test("after three days of orders that ended without a fill", async () => {
    await leaveTraces();
    await step(3);
    expect([await found("cancelled"), await foundAlgo()]).toMatchObject([{ status: "CANCELED" }, { algoStatus: "CANCELED" }]);
    await step(0.001);
    expect([await found("cancelled"), await foundAlgo()]).toMatchObject([{ code: -2013 }, { code: -2013 }]);
    expect((await call("DELETE", "order", { symbol, origClientOrderId: "cancelled" })).body).toMatchObject({ code: -2011 });
    expect(await found("filled")).toMatchObject({ status: "FILLED" });
    expect((await call("GET", "allOrders", { symbol, ...window })).body).toMatchObject([
      { clientOrderId: "filled" },
      { clientOrderId: "closed" },
    ]);
    expect((await call("GET", "allAlgoOrders", { symbol, ...window })).body).toEqual([]);
  });

  test("after ninety days of orders, trades and incomes; what is open stays known", async () => {
    await leaveTraces();
    const wish = { algoType: "CONDITIONAL", symbol, side: "BUY", type: "TAKE_PROFIT_MARKET", quantity: "0.2", triggerPrice: "1000.0" };
    await call("POST", "algoOrder", { ...wish, clientAlgoId: "waiting" });
    await step(90);
    expect(await found("filled")).toMatchObject({ status: "FILLED" });
    expect((await call("GET", "userTrades", { symbol, fromId: "1" })).body).toHaveLength(2);
    expect((await call("GET", "income", { incomeType: "TRANSFER", startTime: String(startMs) })).body).toHaveLength(1);
    await step(0.001);
    expect(await found("filled")).toMatchObject({ code: -2013 });
    expect((await call("GET", "userTrades", { symbol, fromId: "1" })).body).toEqual([]);
    expect((await call("GET", "income", { incomeType: "TRANSFER", startTime: String(startMs) })).body).toEqual([]);
    expect((await call("GET", "algoOrder", { clientAlgoId: "waiting" })).body).toMatchObject({ algoStatus: "NEW" });
    expect((await signed(simulator, "GET", "/fapi/v3/balance", {}, simulator.clock.nowMs())).status).toBe(200);
  });
});

describe("a history", () => {
  test.each([
    ["allOrders", { symbol, startTime: "1", endTime: String(8 * dayMs) }, -4165],
    ["userTrades", { symbol, startTime: "1", endTime: String(8 * dayMs) }, -4165],
    ["allAlgoOrders", { symbol, startTime: "1", endTime: String(8 * dayMs) }, -4165],
    ["positionMargin/history", { symbol, startTime: "1", endTime: String(31 * dayMs) }, -4165],
    ["allOrders", { symbol, startTime: "5", endTime: "4" }, -1023],
    ["income", { startTime: "5", endTime: "4" }, -1023],
    ["userTrades", { symbol, fromId: "1", startTime: "5" }, -1128],
    ["forceOrders", { limit: "101" }, -1130],
    ["userTrades", { symbol, limit: "1001" }, -1130],
  ])("of %s %j is refused", async (path, parameters, code) => {
    expect(await call("GET", path, parameters as Readonly<Record<string, string>>)).toMatchObject({ status: 400, body: { code } });
  });

  test("shows the last seven days unless told otherwise, incomes as long a span as is asked for", async () => {
    await leaveTraces();
    await step(8);
    await market("BUY", "later");
    expect((await call("GET", "allOrders", { symbol })).body).toMatchObject([{ clientOrderId: "later" }]);
    expect((await call("GET", "userTrades", { symbol })).body).toHaveLength(1);
    expect((await call("GET", "income", { incomeType: "COMMISSION" })).body).toHaveLength(1);
    expect((await call("GET", "income", { incomeType: "COMMISSION", startTime: String(startMs) })).body).toHaveLength(3);
  });

  test("from an id on begins with it, whatever its age", async () => {
    await leaveTraces();
    const orderId = String(((await found("filled")) as { orderId: number }).orderId);
    await step(8);
    await market("BUY", "later");
    expect((await call("GET", "allOrders", { symbol, orderId, limit: "2" })).body).toMatchObject([
      { clientOrderId: "filled" },
      { clientOrderId: "closed" },
    ]);
    expect((await call("GET", "userTrades", { symbol, fromId: "2" })).body).toMatchObject([{ id: 2 }, { id: 3 }]);
  });
});
