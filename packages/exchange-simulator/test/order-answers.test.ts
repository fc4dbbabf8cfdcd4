import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, type Reply, signed } from "./signed-request.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbol = "BTCUSDT";
const market = { symbol, side: "BUY", type: "MARKET", quantity: "0.1" };
const limit = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.1" };
let simulator: ExchangeSimulator;

beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 3, seed: "answers" },
    clock: { kind: "stepped", startMs },
    startingBalance: "100000",
  });
});

afterEach(() => simulator.stop());

const call = (method: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  signed(simulator, method, `/fapi/v1/${path}`, parameters, simulator.clock.nowMs());

/** The mark price times a share, on the tick of 0.1. */
async function near(share: number): Promise<string> {
  const { body } = await plain(simulator.url, "GET", `/fapi/v1/premiumIndex?symbol=${symbol}`);
  return (Math.round(Number((body as { markPrice: string }).markPrice) * share * 10) / 10).toFixed(1);
}

describe("a new order is answered", () => {
  test("with what was taken, and not with what became of it, unless the result is asked for", async () => {
    expect((await call("POST", "order", market)).body).toMatchObject({ status: "NEW", executedQty: "0", cumQty: "0", origQty: "0.1" });
    const { body } = await call("POST", "order", { ...market, newOrderRespType: "RESULT" });
    expect(body).toMatchObject({ status: "FILLED", executedQty: "0.1", cumQty: "0.1" });
    for (const name of ["avgPrice", "cumQuote", "time"]) expect(body).not.toHaveProperty(name);
    expect((await call("GET", "order", { symbol, orderId: String((body as { orderId: number }).orderId) })).body).toMatchObject({
      status: "FILLED",
      avgPrice: expect.stringMatching(/^\d+\.\d+$/),
      cumQuote: expect.stringMatching(/^\d+(\.\d+)?$/),
      time: startMs,
    });
  });

  test("inside a batch by its own wish", async () => {
    const batchOrders = JSON.stringify([market, { ...market, newOrderRespType: "RESULT" }]);
    expect((await call("POST", "batchOrders", { batchOrders })).body).toMatchObject([{ status: "NEW" }, { status: "FILLED" }]);
  });

  test("with its own choices of priceMatch and self-trade prevention", async () => {
    const wish = { ...limit, priceMatch: "QUEUE_5", selfTradePreventionMode: "EXPIRE_TAKER", newClientOrderId: "chosen" };
    const told = { priceMatch: "QUEUE_5", selfTradePreventionMode: "EXPIRE_TAKER" };
    expect((await call("POST", "order", wish)).body).toMatchObject(told);
    expect((await call("GET", "openOrders", { symbol })).body).toMatchObject([told]);
    const plainOrder = { ...limit, price: await near(0.9), newClientOrderId: "plain" };
    expect((await call("POST", "order", plainOrder)).body).toMatchObject({ priceMatch: "NONE", selfTradePreventionMode: "EXPIRE_MAKER" });
  });

  test.each([
    ["an unknown answer type", { newOrderRespType: "FULL" }, -1136],
    ["an unknown self-trade prevention", { selfTradePreventionMode: "NEVER" }, -5039],
    ["priceMatch of a market order", { priceMatch: "QUEUE" }, -5038],
    ["closePosition of a plain order", { closePosition: "true" }, -4136],
  ])("but not with %s", async (_, changes, code) => {
    expect((await call("POST", "order", { ...market, ...changes })).body).toMatchObject({ code });
  });

  test("but not when it names a parameter twice", async () => {
    const key = { "X-MBX-APIKEY": simulator.apiKey };
    const target = `/fapi/v1/order?symbol=${symbol}&symbol=ETHUSDT&timestamp=${startMs}&signature=00`;
    expect(await plain(simulator.url, "POST", target, key)).toMatchObject({ status: 400, body: { code: -1101 } });
  });
});

describe("an amendment", () => {
  test("is remembered with what it changed, under the client's own name for it", async () => {
    const [high, low] = [await near(0.95), await near(0.94)];
    await call("POST", "order", { ...limit, price: high, newClientOrderId: "moved" });
    const wish = { symbol, origClientOrderId: "moved", side: "BUY", price: low };
    expect((await call("PUT", "order", { ...wish, quantity: "0.2", modifyId: "77" })).body).toMatchObject({ origQty: "0.2", modifyId: 77 });
    await call("PUT", "order", { ...wish, quantity: "0.3" });
    const trimmed = (price: string) => String(Number(price));
    expect((await call("GET", "orderAmendment", { symbol, origClientOrderId: "moved" })).body).toMatchObject([
      {
        symbol,
        pair: symbol,
        clientOrderId: "moved",
        time: startMs,
        amendment: {
          price: { before: trimmed(high), after: trimmed(low) },
          origQty: { before: "0.1", after: "0.2" },
          count: 1,
          modifyId: 77,
        },
      },
      { amendment: { origQty: { before: "0.2", after: "0.3" }, count: 2 } },
    ]);
    expect((await call("GET", "orderAmendment", { symbol, origClientOrderId: "nobody" })).body).toMatchObject({ code: -2013 });
  });

  test("frees from the smallest notional only when it says that the order reduces, which must be so", async () => {
    await call("POST", "order", market);
    const price = await near(1.05);
    await call("POST", "order", { ...limit, side: "SELL", reduceOnly: "true", price, newClientOrderId: "reducer" });
    const wish = { symbol, origClientOrderId: "reducer", side: "SELL", quantity: "0.001", price };
    expect((await call("PUT", "order", wish)).body).toMatchObject({ code: -5029 });
    expect((await call("PUT", "order", { ...wish, reduceOnly: "true" })).body).toMatchObject({ origQty: "0.001", reduceOnly: true });
    await call("POST", "order", { ...limit, price: await near(0.95), newClientOrderId: "opener" });
    expect((await call("PUT", "order", { ...wish, origClientOrderId: "opener", side: "BUY", reduceOnly: "true" })).body).toMatchObject({
      code: -5047,
    });
  });
});

describe("a conditional order", () => {
  const conditional = { algoType: "CONDITIONAL", symbol, side: "SELL" };

  test("that would open less than the smallest notional is refused, one that reduces is not", async () => {
    const stop = { ...conditional, type: "STOP_MARKET", quantity: "0.001", triggerPrice: await near(0.9) };
    expect((await call("POST", "algoOrder", stop)).body).toMatchObject({ code: -4164 });
    expect((await call("POST", "algoOrder", { ...stop, reduceOnly: "true" })).body).toMatchObject({ algoStatus: "NEW" });
  });

  test("that trails without an activation price is activated at the price of now", async () => {
    const trail = { ...conditional, type: "TRAILING_STOP_MARKET", quantity: "0.1", callbackRate: "1" };
    const { price } = (await plain(simulator.url, "GET", `/fapi/v1/ticker/price?symbol=${symbol}`)).body as { price: string };
    expect((await call("POST", "algoOrder", trail)).body).toMatchObject({ activatePrice: String(Number(price)), callbackRate: "1" });
  });

  test("is listed with the levels of pairs that it does not have, and may take its price from the book", async () => {
    const stop = { ...conditional, type: "STOP", quantity: "0.1", triggerPrice: await near(0.9), priceMatch: "OPPONENT_5" };
    expect((await call("POST", "algoOrder", stop)).body).toMatchObject({ priceMatch: "OPPONENT_5" });
    expect((await call("GET", "openAlgoOrders", { symbol })).body).toMatchObject([
      { orderType: "STOP", tpTriggerPrice: "0.000", slPrice: "0.000", actualOrderId: "" },
    ]);
    expect((await call("POST", "algoOrder", { ...stop, type: "STOP_MARKET" })).body).toMatchObject({ code: -5038 });
  });
});

describe("agreements", () => {
  const stock = { ...market, symbol: "NVTKUSDT", quantity: "1", newOrderRespType: "RESULT" };

  test("on stocks are signed once, after which their perpetuals trade", async () => {
    expect((await call("POST", "order", stock)).body).toMatchObject({ code: -4411 });
    expect((await call("POST", "stock/contract")).body).toEqual({ code: 200, msg: "success" });
    expect((await call("POST", "order", stock)).body).toMatchObject({ status: "FILLED" });
  });

  test("on fees in BNB are kept and told", async () => {
    expect((await call("POST", "feeBurn", { feeBurn: "true" })).body).toEqual({ code: 200, msg: "success" });
    expect((await call("GET", "feeBurn")).body).toEqual({ feeBurn: true });
    expect((await call("POST", "feeBurn")).body).toMatchObject({ code: -1102 });
  });
});
