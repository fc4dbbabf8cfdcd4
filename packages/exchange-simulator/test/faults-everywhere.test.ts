import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signatureOf } from "../src/http/request-signature.ts";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, type Reply, signed } from "./signed-request.ts";
import { connectStream } from "./stream-client.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbol = "BTCUSDT";
let simulator: ExchangeSimulator;

beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 3, seed: "faults" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 100_000,
  });
});

afterEach(() => simulator.stop());

const order = { symbol, side: "BUY", type: "MARKET", quantity: "0.01", newOrderRespType: "RESULT" };

const plan = (rules: readonly object[]): Promise<Reply> =>
  plain(simulator.url, "PUT", "/simulator/faults", {}, JSON.stringify({ seed: 1, rules }));

/** One request of each kind that a client sends: what it asks for, and with what. */
const requests = [
  ["GET", "/fapi/v1/time", {}],
  ["GET", "/fapi/v1/klines", { symbol, interval: "15m" }],
  ["GET", "/futures/data/openInterestHist", { symbol, period: "1h" }],
  ["GET", "/fapi/v3/positionRisk", {}],
  ["GET", "/fapi/v1/openAlgoOrders", { symbol }],
  ["POST", "/fapi/v1/order", order],
  ["POST", "/fapi/v1/batchOrders", { batchOrders: JSON.stringify([order]) }],
  ["DELETE", "/fapi/v1/allOpenOrders", { symbol }],
  ["POST", "/fapi/v1/leverage", { symbol, leverage: "5" }],
  ["POST", "/fapi/v1/listenKey", {}],
] as const;

type Outcome = { readonly status: number; readonly text: string } | "closed" | "reset" | "nothing";

/** What becomes of a request, also when there is no answer. */
function outcomeOf(method: string, path: string, parameters: Readonly<Record<string, string>>, patienceMs = 20_000): Promise<Outcome> {
  const query = new URLSearchParams({ ...parameters, timestamp: String(simulator.clock.nowMs()) }).toString();
  const target = `${simulator.url}${path}?${query}&signature=${signatureOf(query, simulator.apiSecret)}`;
  return new Promise((resolve) => {
    const sent = request(target, { method, agent: false, headers: { "X-MBX-APIKEY": simulator.apiKey } }, (response) => {
      let text = "";
      response.on("data", (piece: Buffer) => {
        text += piece.toString("utf8");
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.setTimeout(patienceMs, () => {
      resolve("nothing");
      sent.destroy();
    });
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.message === "socket hang up" ? "closed" : "reset"));
    sent.end();
  });
}

describe.each(requests)("%s %s", (method, path, parameters) => {
  test.each([
    ["lostRequest", "closed"],
    ["lostResponse", "closed"],
    ["reset", "reset"],
    ["silence", "nothing"],
    ["unknownError", { status: 503, text: expect.stringContaining("Unknown error") }],
    ["serviceUnavailable", { status: 503, text: expect.stringContaining("Service Unavailable") }],
    ["internalError", { status: 503, text: expect.stringContaining("-1001") }],
    ["backendTimeout", { status: 408, text: expect.stringContaining("-1007") }],
    ["firewall", { status: 403, text: expect.stringContaining("<html>") }],
    ["region", { status: 451, text: expect.stringContaining("restricted location") }],
    ["duplicateDelivery", { status: 200 }],
    [{ kind: "lateVisibility", ms: 1_000 }, { status: 200 }],
    [{ kind: "delay", ms: 20 }, { status: 200 }],
    [
      { kind: "answer", status: 400, code: -4192, msg: "cooling off" },
      { status: 400, text: expect.stringContaining("-4192") },
    ],
  ])("meets %j", async (fault, expected) => {
    await plan([{ on: `${method} ${path}`, nth: 1, fault }]);
    const outcome = await outcomeOf(method, path, parameters, expected === "nothing" ? 200 : undefined);
    if (typeof expected === "string") expect(outcome).toBe(expected);
    else expect(outcome).toMatchObject(expected);
    expect((await plain(simulator.url, "GET", "/simulator/faults")).body).toMatchObject({ rules: [{ matched: 1, injected: 1 }] });
    // The next one is well again.
    expect(await outcomeOf(method, path, parameters)).toMatchObject({ status: 200 });
  });
});

describe("a ban", () => {
  test("meets everybody but who is connected, and ends", async () => {
    const { listenKey } = (await plain(simulator.url, "POST", "/fapi/v1/listenKey", { "X-MBX-APIKEY": simulator.apiKey })).body as {
      listenKey: string;
    };
    const account = await connectStream(`${simulator.url}/private/ws/${listenKey}`);
    const market = await connectStream(`${simulator.url}/market/ws/btcusdt@kline_1m`);
    await signed(simulator, "POST", "/fapi/v1/order", order, startMs);
    await account.until((message) => message.e === "ORDER_TRADE_UPDATE");
    const before = account.messages.length;
    const stop = { algoType: "CONDITIONAL", symbol, side: "SELL", type: "STOP_MARKET", closePosition: "true", clientAlgoId: "guard" };
    await signed(simulator, "POST", "/fapi/v1/algoOrder", { ...stop, triggerPrice: "1000.0" }, startMs);
    await plan([{ on: "* /*", nth: 1, fault: { kind: "ban", status: 418, ms: 120_000 } }]);
    for (const [method, path, parameters] of requests) expect(await outcomeOf(method, path, parameters)).toMatchObject({ status: 418 });

    await plain(simulator.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: startMs + 61_000 }));
    await market.until((message) => message.e === "kline" && (message.k as { x: boolean }).x);
    expect(account.messages.slice(before)).toMatchObject([{ e: "ALGO_UPDATE" }]);
    expect((await plain(simulator.url, "GET", "/fapi/v1/ping")).status).toBe(418);
    await plain(simulator.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: startMs + 120_000 }));
    expect((await plain(simulator.url, "GET", "/fapi/v1/ping")).status).toBe(200);
    account.close();
    market.close();
  });
});

describe("one request is met and no other", () => {
  const send = (id: string) => signed(simulator, "POST", "/fapi/v1/order", { ...order, newClientOrderId: id }, startMs);

  test("by a part of its client id", async () => {
    await plan([{ on: "POST /fapi/v1/order", when: { newClientOrderId: "*-tp2-*" }, fault: "serviceUnavailable" }]);
    expect([(await send("a-tp1-x")).status, (await send("a-tp2-x")).status, (await send("tp2")).status]).toEqual([200, 503, 200]);
  });

  test("by the nth of those that are meant, whatever else is sent between", async () => {
    await plan([{ on: "POST /fapi/v1/order", when: { symbol, side: "SELL" }, nth: 2, fault: { kind: "backendTimeout", executed: true } }]);
    const side = (wanted: string) =>
      signed(simulator, "POST", "/fapi/v1/order", { ...order, side: wanted }, startMs).then(({ status }) => status);
    const outcomes: number[] = [];
    for (const wanted of ["BUY", "SELL", "BUY", "SELL", "SELL"]) outcomes.push(await side(wanted));
    expect(outcomes).toEqual([200, 200, 200, 408, 200]);
    // The one that was not answered was executed all the same.
    expect((await signed(simulator, "GET", "/fapi/v3/positionRisk", {}, startMs)).body).toMatchObject([{ positionAmt: "-0.01" }]);
  });

  test("inside a batch", async () => {
    await plan([{ on: "POST /fapi/v1/batchOrders", when: { newClientOrderId: "second" }, fault: "serviceUnavailable" }]);
    const batch = (...ids: readonly string[]) =>
      signed(
        simulator,
        "POST",
        "/fapi/v1/batchOrders",
        { batchOrders: JSON.stringify(ids.map((newClientOrderId) => ({ ...order, newClientOrderId }))) },
        startMs,
      );
    expect([(await batch("first")).status, (await batch("first", "second")).status]).toEqual([200, 503]);
  });
});

test("overload lets through what only reduces, also a batch of nothing else", async () => {
  await signed(simulator, "POST", "/fapi/v1/order", { ...order, quantity: "0.03" }, startMs);
  await plan([{ on: "* /fapi/*", fault: "overload" }]);
  const reduce = { ...order, side: "SELL", reduceOnly: "true" };
  const batch = (orders: readonly object[]) =>
    signed(simulator, "POST", "/fapi/v1/batchOrders", { batchOrders: JSON.stringify(orders) }, startMs);
  expect((await batch([reduce, order])).body).toMatchObject({ code: -1008 });
  expect((await batch([reduce, reduce])).body).toMatchObject([{ status: "FILLED" }, { status: "FILLED" }]);
  expect((await signed(simulator, "POST", "/fapi/v1/order", order, startMs)).body).toMatchObject({ code: -1008 });
  expect((await signed(simulator, "DELETE", "/fapi/v1/allOpenOrders", { symbol }, startMs)).status).toBe(200);
});
