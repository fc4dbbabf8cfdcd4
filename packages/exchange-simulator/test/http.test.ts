import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSigned, signatureOf } from "../src/http/request-signature.ts";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, signed } from "./signed-request.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const order = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" };
const limit = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.01" };
const algo = { algoType: "CONDITIONAL", symbol: "BTCUSDT", side: "SELL", type: "STOP_MARKET", triggerPrice: "1000.0", quantity: "0.01" };

let simulator: ExchangeSimulator;

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "http" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
});

afterAll(() => simulator.stop());

const without = (parameters: Readonly<Record<string, string>>, name: string) =>
  Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== name));

describe("signatures", () => {
  test("are those of the exchange's own example", () => {
    const payload = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943";
    const secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
    const signature = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9";
    expect(signatureOf(payload, secret)).toBe(signature);
    expect(isSigned(`${payload}&signature=${signature}`, "", secret)).toBe(true);
    expect(isSigned(`${payload}&signature=${signature.toUpperCase()}`, "", secret)).toBe(true);
    expect(isSigned("", `${payload}&signature=${signature}`, secret)).toBe(true);
    expect(isSigned(payload.slice(0, 15), `${payload.slice(15)}&signature=${signature}`, secret)).toBe(true);
    expect(isSigned(`${payload}1&signature=${signature}`, "", secret)).toBe(false);
  });
});

describe("who is let in", () => {
  test.each([
    ["no key", {}, 401, -2014],
    ["a malformed key", { "X-MBX-APIKEY": "x" }, 401, -2014],
    ["a foreign key", { "X-MBX-APIKEY": "A".repeat(64) }, 401, -2015],
  ])("%s is turned away", async (_, headers, status, code) => {
    const reply = await plain(simulator.url, "GET", `/fapi/v3/account?timestamp=${startMs}&signature=00`, headers);
    expect(reply).toMatchObject({ status, body: { code } });
  });

  test("a wrong signature, a missing one and a missing timestamp are told apart", async () => {
    const key = { "X-MBX-APIKEY": simulator.apiKey };
    expect(
      (await plain(simulator.url, "GET", `/fapi/v3/account?timestamp=${startMs}&signature=${"0".repeat(64)}`, key)).body,
    ).toMatchObject({ code: -1022 });
    expect((await plain(simulator.url, "GET", `/fapi/v3/account?timestamp=${startMs}`, key)).body).toMatchObject({ code: -1102 });
    expect((await plain(simulator.url, "GET", `/fapi/v3/account?signature=${"0".repeat(64)}`, key)).body).toMatchObject({ code: -1102 });
  });

  test("a timestamp a second ahead is refused, one just below is not", async () => {
    expect((await signed(simulator, "GET", "/fapi/v3/account", {}, startMs + 1_000)).body).toMatchObject({ code: -1021 });
    expect((await signed(simulator, "GET", "/fapi/v3/account", {}, startMs + 999)).status).toBe(200);
  });

  test("an unknown path is answered with a page, not with JSON", async () => {
    const reply = await plain(simulator.url, "GET", "/fapi/v1/nothing");
    expect(reply.status).toBe(404);
    expect(reply.body).toContain("<html>");
  });
});

describe("refusals of orders", () => {
  test.each([
    ["an unknown symbol", { ...order, symbol: "NOPEUSDT" }, -1121],
    ["a missing symbol", without(order, "symbol"), -1102],
    ["a missing quantity", without(order, "quantity"), -1102],
    ["a quantity with exponent", { ...order, quantity: "1e-2" }, -1102],
    ["a wrong side", { ...order, side: "LONG" }, -1117],
    ["a wrong type", { ...order, type: "ICEBERG" }, -1116],
    ["STOP_MARKET", { ...order, type: "STOP_MARKET", stopPrice: "1" }, -4120],
    ["TAKE_PROFIT", { ...order, type: "TAKE_PROFIT" }, -4120],
    ["TRAILING_STOP_MARKET", { ...order, type: "TRAILING_STOP_MARKET" }, -4120],
    ["a quantity too precise", { ...order, quantity: "0.0101" }, -1111],
    ["a quantity of zero", { ...order, quantity: "0" }, -4003],
    ["a quantity too large", { ...order, quantity: "90000" }, -4005],
    ["a notional too small", { ...order, quantity: "0.001" }, -4164],
    ["more than the margin allows", { ...order, quantity: "900" }, -2019],
    ["reduce-only without a position", { ...order, reduceOnly: "true" }, -2022],
    ["a hedge-mode side", { ...order, positionSide: "LONG" }, -4061],
    ["a client id too long", { ...order, newClientOrderId: "a".repeat(37) }, -4015],
    ["a client id with a blank", { ...order, newClientOrderId: "a b" }, -1100],
    ["a market order with a price", { ...order, price: "1" }, -1106],
    ["a limit order without timeInForce", { ...without(limit, "timeInForce"), price: "100" }, -1102],
    ["a limit order with an unknown timeInForce", { ...limit, timeInForce: "RPI", price: "100" }, -1115],
    ["GTD without its date", { ...limit, timeInForce: "GTD", price: "60000" }, -1102],
    ["GTD that ends within ten minutes", { ...limit, timeInForce: "GTD", goodTillDate: String(startMs + 600_000), price: "30000" }, -5040],
    ["a limit order with a price and priceMatch", { ...limit, price: "30000", priceMatch: "QUEUE" }, -5037],
    ["a limit price off the tick", { ...limit, price: "30000.05" }, -4014],
    ["a limit price too precise", { ...limit, price: "30000.0512" }, -1111],
    ["a limit price far above the mark", { ...limit, price: "500000.0" }, -4016],
    ["a limit price far below the mark", { ...limit, side: "SELL", price: "100.0" }, -4024],
    ["a stock perpetual without agreement", { ...order, symbol: "NVTKUSDT", quantity: "1" }, -4411],
    ["a delisted contract", { ...order, symbol: "FADEDUSDT", quantity: "100" }, -4141],
  ])("%s", async (_, parameters, code) => {
    const reply = await signed(simulator, "POST", "/fapi/v1/order", parameters as Record<string, string>, startMs);
    expect(reply).toMatchObject({ status: 400, body: { code } });
    expect((reply.body as { msg: string }).msg.length).toBeGreaterThan(5);
  });

  test.each([
    ["no algoType", without(algo, "algoType"), -1102],
    ["no triggerPrice", without(algo, "triggerPrice"), -1102],
    ["a type that does not exist", { ...algo, type: "OCO" }, -1116],
    ["a stop limit without price", { ...algo, type: "STOP" }, -1102],
    ["a trailing stop without callbackRate", { ...algo, type: "TRAILING_STOP_MARKET" }, -1102],
    ["a trailing stop that gives back too much", { ...algo, type: "TRAILING_STOP_MARKET", callbackRate: "20.1" }, -1130],
    [
      "a trailing stop that is activated behind the price",
      { ...algo, type: "TRAILING_STOP_MARKET", callbackRate: "1", activatePrice: "1000.0" },
      -2021,
    ],
    ["closePosition of a trailing stop", { ...algo, type: "TRAILING_STOP_MARKET", callbackRate: "1", closePosition: "true" }, -4136],
    ["closePosition with a quantity", { ...algo, closePosition: "true" }, -4137],
    ["closePosition without a position", { ...without(algo, "quantity"), closePosition: "true" }, -4509],
    ["a trigger above the highest price", { ...algo, triggerPrice: "900000000.0" }, -4007],
    ["a trigger of zero", { ...algo, triggerPrice: "0" }, -4006],
    ["a stop that sells above the price", { ...algo, triggerPrice: "9000000.0" }, -2021],
    ["a stop that buys below the price", { ...algo, side: "BUY" }, -2021],
    ["a working type that does not exist", { ...algo, workingType: "INDEX" }, -4031],
  ])("conditional: %s", async (_, parameters, code) => {
    expect(await signed(simulator, "POST", "/fapi/v1/algoOrder", parameters as Record<string, string>, startMs)).toMatchObject({
      status: 400,
      body: { code },
    });
  });

  test.each([
    ["GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "nobody" }, -2013],
    ["GET", "/fapi/v1/order", { symbol: "BTCUSDT" }, -1102],
    ["DELETE", "/fapi/v1/order", { symbol: "BTCUSDT", orderId: "12" }, -2011],
    ["GET", "/fapi/v1/algoOrder", { clientAlgoId: "nobody" }, -2013],
    ["DELETE", "/fapi/v1/algoOrder", { algoId: "12" }, -2011],
    ["POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: "126" }, -4028],
    ["POST", "/fapi/v1/marginType", { symbol: "BTCUSDT", marginType: "CROSSED" }, -4046],
    ["POST", "/fapi/v1/positionSide/dual", { dualSidePosition: "false" }, -4059],
    ["GET", "/fapi/v1/income", { limit: "5000" }, -1130],
  ])("%s %s %j", async (method, path, parameters, code) => {
    expect(await signed(simulator, method, path, parameters as Record<string, string>, startMs)).toMatchObject({
      status: 400,
      body: { code },
    });
  });

  test.each([
    ["interval=7m&symbol=BTCUSDT", -1120],
    ["interval=15m&symbol=BTCUSDT&limit=1501", -1130],
    ["interval=15m&symbol=NOPE", -1121],
    ["interval=15m", -1102],
    ["interval=15m&symbol=BTCUSDT&startTime=yesterday", -1130],
  ])("klines?%s", async (query, code) => {
    expect(await plain(simulator.url, "GET", `/fapi/v1/klines?${query}`)).toMatchObject({ status: 400, body: { code } });
  });
});

describe("accepted requests", () => {
  test("take parameters from the form body as well as from the query", async () => {
    const query = `symbol=ETHUSDT`;
    const body = `leverage=7&timestamp=${startMs}`;
    const target = `/fapi/v1/leverage?${query}`;
    const signature = signatureOf(query + body, simulator.apiSecret);
    const reply = await plain(
      simulator.url,
      "POST",
      target,
      { "X-MBX-APIKEY": simulator.apiKey, "content-type": "application/x-www-form-urlencoded" },
      `${body}&signature=${signature}`,
    );
    expect(reply).toMatchObject({ status: 200, body: { leverage: 7, symbol: "ETHUSDT" } });
  });

  test("write order ids above 2^53 as JSON integers, to the last digit", async () => {
    const query = new URLSearchParams({ ...order, symbol: "ETHUSDT", quantity: "0.1", timestamp: String(startMs) }).toString();
    const response = await fetch(`${simulator.url}/fapi/v1/order?${query}&signature=${signatureOf(query, simulator.apiSecret)}`, {
      method: "POST",
      headers: { "X-MBX-APIKEY": simulator.apiKey },
    });
    const text = await response.text();
    const orderId = /"orderId":(\d+),/.exec(text)![1]!;
    expect(BigInt(orderId) > 2n ** 53n).toBe(true);
    const found = await signed(simulator, "GET", "/fapi/v1/order", { symbol: "ETHUSDT", orderId }, startMs);
    expect(found).toMatchObject({ status: 200, body: { status: "FILLED", executedQty: "0.1" } });
    expect(response.headers.get("x-mbx-order-count-10s")).toMatch(/^\d+$/);
  });

  test("refuse a client id that an open order has, and allow it again afterwards", async () => {
    const resting = { ...limit, price: "34000.0", newClientOrderId: "twice" };
    expect((await signed(simulator, "POST", "/fapi/v1/order", resting, startMs)).status).toBe(200);
    expect((await signed(simulator, "POST", "/fapi/v1/order", resting, startMs)).body).toMatchObject({ code: -4116 });
    expect(
      (await signed(simulator, "DELETE", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "twice" }, startMs)).body,
    ).toMatchObject({ status: "CANCELED" });
    expect((await signed(simulator, "POST", "/fapi/v1/order", resting, startMs)).status).toBe(200);
    await signed(simulator, "DELETE", "/fapi/v1/allOpenOrders", { symbol: "BTCUSDT" }, startMs);
  });
});

describe("limits", () => {
  test("weight over the limit is answered 429, insisting 418 with the end of the ban, and a new minute brings peace only after it", async () => {
    const limited = await startExchangeSimulator({
      market: { kind: "generated", symbols: 2, seed: "limits" },
      clock: { kind: "stepped", startMs },
      weightLimitPerMinute: 10,
    });
    const klines = "/fapi/v1/klines?symbol=BTCUSDT&interval=15m&limit=500";
    expect((await plain(limited.url, "GET", klines)).headers.get("x-mbx-used-weight-1m")).toBe("5");
    expect((await plain(limited.url, "GET", klines)).status).toBe(200);
    expect(await plain(limited.url, "GET", klines)).toMatchObject({ status: 429, body: { code: -1003 } });
    for (let request = 0; request < 19; request++) await plain(limited.url, "GET", "/fapi/v1/ping");
    const banned = await plain(limited.url, "GET", "/fapi/v1/ping");
    expect(banned).toMatchObject({ status: 418, body: { code: -1003 } });
    const until = Number(/banned until (\d+)/.exec((banned.body as { msg: string }).msg)![1]);
    expect(until).toBe(startMs + 120_000);
    await plain(limited.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: until - 1 }));
    expect((await plain(limited.url, "GET", "/fapi/v1/ping")).status).toBe(418);
    await plain(limited.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: until }));
    expect((await plain(limited.url, "GET", "/fapi/v1/ping")).status).toBe(200);
    await limited.stop();
  });

  test("orders are counted per ten seconds", async () => {
    const limited = await startExchangeSimulator({
      market: { kind: "generated", symbols: 2, seed: "limits" },
      clock: { kind: "stepped", startMs },
    });
    const refused = { ...order, quantity: "0" };
    for (let count = 0; count < 300; count++) await signed(limited, "POST", "/fapi/v1/order", refused, startMs);
    expect(await signed(limited, "POST", "/fapi/v1/order", refused, startMs)).toMatchObject({ status: 429, body: { code: -1015 } });
    await limited.stop();
  });
});

describe("the stepped clock", () => {
  test("goes forward only, by request, and says where it stands", async () => {
    const stepped = await startExchangeSimulator({
      market: { kind: "generated", symbols: 2, seed: 1 },
      clock: { kind: "stepped", startMs },
    });
    const step = (body: string) => plain(stepped.url, "POST", "/simulator/clock", {}, body);
    expect((await step(JSON.stringify({ nowMs: startMs + 60_000 }))).body).toMatchObject({
      nowMs: startMs + 60_000,
      kind: "stepped",
      speed: 0,
    });
    expect((await step(JSON.stringify({ nowMs: startMs }))).status).toBe(400);
    expect((await step("later")).status).toBe(400);
    expect((await step(JSON.stringify({ now: 1 }))).status).toBe(400);
    expect((await plain(stepped.url, "GET", "/fapi/v1/time")).body).toEqual({ serverTime: startMs + 60_000 });
    // The request left its sender a moment before the step: its real age is milliseconds, not a minute.
    expect((await signed(stepped, "GET", "/fapi/v3/balance", {}, startMs)).status).toBe(200);
    expect((await plain(stepped.url, "GET", "/simulator/health")).body).toMatchObject({ ok: true, symbols: 7 });
    await stepped.stop();
  });
});
