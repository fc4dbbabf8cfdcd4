import { generateKeyPairSync } from "node:crypto";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { price, quantity, toText } from "@winiswin/domain/decimal";
import type { CloseOrder, ProtectiveOrder } from "@winiswin/domain/order";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { approvedEntry } from "../test/approved-entry.ts";
import { type SteppedClock, type StubExchange, startStubExchange, steppedClock, type WireRequest } from "../test/stub-exchange.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";

const startMs = Date.parse("2024-03-01T00:15:02.000Z");

let exchange: StubExchange;
let clock: SteppedClock;
let gateway: OrderGateway;

beforeEach(async () => {
  exchange = await startStubExchange();
  clock = steppedClock(startMs);
  gateway = createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "key", apiSecret: "secret", clock, timeoutMs: 400 });
});
afterEach(() => exchange.close());

/** What was sent beside time, window and signature. */
const sentParameters = (request: WireRequest | undefined): Record<string, string> => {
  const { timestamp: _timestamp, recvWindow: _recvWindow, signature: _signature, ...parameters } = Object.fromEntries(request?.query ?? []);
  return parameters;
};

const orderJson = (changes: Readonly<Record<string, unknown>> = {}) => ({
  orderId: 12345678,
  clientOrderId: "wsw-e0-1",
  symbol: "BTCUSDT",
  side: "BUY",
  type: "MARKET",
  origType: "MARKET",
  status: "FILLED",
  origQty: "0.010",
  executedQty: "0.010",
  reduceOnly: false,
  ...changes,
});

const algoJson = (changes: Readonly<Record<string, unknown>> = {}) => ({
  algoId: 1_000_000_012_345_678,
  clientAlgoId: "wsw-s0-1",
  algoType: "CONDITIONAL",
  orderType: "STOP_MARKET",
  symbol: "BTCUSDT",
  side: "SELL",
  positionSide: "BOTH",
  timeInForce: "GTE_GTC",
  quantity: "0",
  algoStatus: "NEW",
  triggerPrice: "60000.00",
  closePosition: true,
  actualOrderId: "",
  ...changes,
});

const stop: ProtectiveOrder = {
  leg: "stopLoss",
  clientOrderId: "wsw-s0-1",
  symbol: "BTCUSDT",
  direction: "long",
  triggerPrice: price("60000"),
};

const close: CloseOrder = { clientOrderId: "wsw-c0-1", symbol: "BTCUSDT", direction: "long", quantity: quantity("0.01") };

describe("placing", () => {
  it("sends an entry as a plain market order under our own id, and prints nothing", async () => {
    const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "log"), vi.spyOn(console, "error"), vi.spyOn(console, "info")];
    exchange.answer("POST /fapi/v1/order", { json: orderJson() });

    const outcome = await gateway.placeEntry(approvedEntry({ clientOrderId: "wsw-e0-1", quantity: quantity("0.01") }));

    expect(outcome).toEqual({ outcome: "accepted" });
    expect(sentParameters(exchange.requests[0])).toEqual({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "MARKET",
      quantity: "0.01",
      newClientOrderId: "wsw-e0-1",
      newOrderRespType: "RESULT",
    });
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it("sends the smallest quantities without an exponent", async () => {
    exchange.answer("POST /fapi/v1/order", { json: orderJson() });

    await gateway.closeAtMarket({ ...close, quantity: quantity("0.0000001") });

    expect(exchange.requests[0]?.query.get("quantity")).toBe("0.0000001");
  });

  it("sends a close as reduce-only market order on the other side", async () => {
    exchange.answer("POST /fapi/v1/order", { json: orderJson({ clientOrderId: "wsw-c0-1" }) });

    expect(await gateway.closeAtMarket(close)).toEqual({ outcome: "accepted" });
    expect(sentParameters(exchange.requests[0])).toMatchObject({ side: "SELL", type: "MARKET", reduceOnly: "true", quantity: "0.01" });
  });

  it.each([
    ["stopLoss" as const, "long" as const, "STOP_MARKET", "SELL", "MARK_PRICE"],
    ["stopLoss" as const, "short" as const, "STOP_MARKET", "BUY", "MARK_PRICE"],
    ["takeProfit" as const, "long" as const, "TAKE_PROFIT_MARKET", "SELL", "CONTRACT_PRICE"],
    ["takeProfit" as const, "short" as const, "TAKE_PROFIT_MARKET", "BUY", "CONTRACT_PRICE"],
  ])("sends a %s of a %s as a conditional order that closes the position", async (leg, direction, type, side, workingType) => {
    exchange.answer("POST /fapi/v1/algoOrder", { json: algoJson({ orderType: type }) });

    expect(await gateway.placeProtection({ ...stop, leg, direction })).toEqual({ outcome: "accepted" });
    expect(sentParameters(exchange.requests[0])).toEqual({
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      side,
      type,
      triggerPrice: "60000",
      workingType,
      closePosition: "true",
      priceProtect: "false",
      clientAlgoId: "wsw-s0-1",
    });
  });

  it.each([
    [-2021, "wouldTriggerImmediately"],
    [-4509, "needsPosition"],
    [-4130, "alreadyProtected"],
    [-2022, "nothingToReduce"],
    [-1008, "busy"],
    [-1102, "other"],
  ])("says what the rejection %s means", async (code, meaning) => {
    exchange.answer("POST /fapi/v1/algoOrder", { status: 400, json: { code, msg: "words" } });

    expect(await gateway.placeProtection(stop)).toMatchObject({ outcome: "rejected", code, meaning });
  });

  it.each([
    ["silence", "silence" as const],
    ["a reset", "reset" as const],
    ["garbage", { text: "{" }],
    ["an answer about another order", { json: orderJson({ clientOrderId: "x-15PC4ZJy123" }) }],
  ])("does not know the outcome after %s, and sends nothing again", async (_what, fault) => {
    exchange.answer("POST /fapi/v1/order", fault);

    expect((await gateway.closeAtMarket(close)).outcome).toBe("unknown");
    expect(exchange.sent("POST /fapi/v1/order")).toHaveLength(1);
  });
});

describe("a duplicate client id", () => {
  const duplicate = { status: 400, json: { code: -4116, msg: "ClientOrderId is duplicated." } };
  const ours = { clientOrderId: "wsw-c0-1", side: "SELL", reduceOnly: true };

  it("is accepted when the open order is this one", async () => {
    exchange.answer("POST /fapi/v1/order", duplicate);
    exchange.answer("GET /fapi/v1/order", { json: orderJson(ours) });

    expect(await gateway.closeAtMarket(close)).toEqual({ outcome: "accepted" });
    expect(sentParameters(exchange.sent("GET /fapi/v1/order")[0])).toEqual({ symbol: "BTCUSDT", origClientOrderId: "wsw-c0-1" });
  });

  it.each([
    ["side", { ...ours, side: "BUY" }],
    ["quantity", { ...ours, origQty: "0.020" }],
    ["purpose", { ...ours, reduceOnly: false }],
  ])("is rejected when the open order has another %s", async (_what, other) => {
    exchange.answer("POST /fapi/v1/order", duplicate);
    exchange.answer("GET /fapi/v1/order", { json: orderJson(other) });

    expect(await gateway.closeAtMarket(close)).toMatchObject({ outcome: "rejected", code: -4116 });
  });

  it("stays unknown when no order is found under it or looking fails", async () => {
    exchange.answer("POST /fapi/v1/order", duplicate);
    exchange.answer("GET /fapi/v1/order", { status: 400, json: { code: -2013, msg: "Order does not exist." } }, { status: 502 });

    expect((await gateway.closeAtMarket(close)).outcome).toBe("unknown");
    expect((await gateway.closeAtMarket(close)).outcome).toBe("unknown");
  });

  it("of a protection is compared with type, side and trigger", async () => {
    exchange.answer("POST /fapi/v1/algoOrder", duplicate);
    exchange.answer("GET /fapi/v1/algoOrder", { json: algoJson() }, { json: algoJson({ triggerPrice: "59000.00" }) });

    expect((await gateway.placeProtection(stop)).outcome).toBe("accepted");
    expect((await gateway.placeProtection(stop)).outcome).toBe("rejected");
  });
});

describe("cancelling a protection", () => {
  const gone = { status: 400, json: { code: -2011, msg: "Unknown order sent." } };

  it("names it by our id", async () => {
    exchange.answer("DELETE /fapi/v1/algoOrder", { json: { algoId: 1, clientAlgoId: "wsw-s0-1", code: "200", msg: "success" } });

    expect(await gateway.cancelProtection("BTCUSDT", "wsw-s0-1")).toEqual({ outcome: "accepted" });
    expect(sentParameters(exchange.requests[0])).toEqual({ clientAlgoId: "wsw-s0-1" });
  });

  it.each([
    ["unknown to the exchange", { status: 400, json: { code: -2013, msg: "Order does not exist." } }, "accepted"],
    ["canceled", { json: algoJson({ algoStatus: "CANCELED" }) }, "accepted"],
    ["finished", { json: algoJson({ algoStatus: "FINISHED", actualOrderId: "77" }) }, "accepted"],
    ["still there", { json: algoJson() }, "unknown"],
    ["not to be looked at", { status: 502, text: "" }, "unknown"],
  ])("that was not found looks again: %s", async (_what, look, outcome) => {
    exchange.answer("DELETE /fapi/v1/algoOrder", gone);
    exchange.answer("GET /fapi/v1/algoOrder", look);

    expect((await gateway.cancelProtection("BTCUSDT", "wsw-s0-1")).outcome).toBe(outcome);
  });
});

describe("finding", () => {
  it("an order gives its average from the order itself", async () => {
    exchange.answer("GET /fapi/v1/order", { json: orderJson({ avgPrice: "62000.10", cumQuote: "620.0010" }) });

    const report = await gateway.findOrder("BTCUSDT", "wsw-e0-1");

    expect(report).toMatchObject({ clientOrderId: "wsw-e0-1", status: "filled" });
    expect(report?.averagePrice && toText(report.averagePrice)).toBe("62000.1");
  });

  it("an order whose average is missing or 0 takes it from its quote, else from its fills", async () => {
    exchange.answer(
      "GET /fapi/v1/order",
      { json: orderJson({ avgPrice: "0.00000", cumQuote: "620" }) },
      { json: orderJson({ orderId: 9 }) },
    );
    exchange.answer("GET /fapi/v1/userTrades", {
      json: [
        { orderId: 9, qty: "0.004", quoteQty: "248" },
        { orderId: 9, qty: "0.006", quoteQty: "375" },
      ],
    });

    const byQuote = await gateway.findOrder("BTCUSDT", "wsw-e0-1");
    const byFills = await gateway.findOrder("BTCUSDT", "wsw-e0-1");

    expect([byQuote, byFills].map((report) => report?.averagePrice && toText(report.averagePrice))).toEqual(["62000", "62300"]);
    expect(sentParameters(exchange.sent("GET /fapi/v1/userTrades")[0])).toEqual({ symbol: "BTCUSDT", orderId: "9", limit: "1000" });
  });

  it("an order whose fills are not all there yet waits a moment for them", async () => {
    const part = { orderId: 12345678, qty: "0.004", quoteQty: "248" };
    exchange.answer("GET /fapi/v1/order", { json: orderJson() });
    exchange.answer("GET /fapi/v1/userTrades", { json: [part] }, { json: [part, { ...part, qty: "0.006", quoteQty: "375" }] });

    const report = await gateway.findOrder("BTCUSDT", "wsw-e0-1");

    expect(report?.averagePrice && toText(report.averagePrice)).toBe("62300");
    expect(clock.slept).toEqual([200]);
  });

  it("an order whose fills never all come has no price instead of that of a part", async () => {
    exchange.answer("GET /fapi/v1/order", { json: orderJson() });
    exchange.answer("GET /fapi/v1/userTrades", { json: [{ orderId: 12345678, qty: "0.004", quoteQty: "248" }] });

    expect(await gateway.findOrder("BTCUSDT", "wsw-e0-1")).toMatchObject({ status: "filled", averagePrice: undefined });
    expect(exchange.sent("GET /fapi/v1/userTrades")).toHaveLength(3);
  });

  it("an order asks for its fills with every digit of a large id", async () => {
    exchange.answer("GET /fapi/v1/order", { text: JSON.stringify(orderJson({ orderId: "BIG" })).replace('"BIG"', "8389765612825190229") });
    exchange.answer("GET /fapi/v1/userTrades", { text: '[{"orderId":8389765612825190229,"qty":"0.010","quoteQty":"620"}]' });

    const report = await gateway.findOrder("ETHUSDT", "wsw-e0-1");

    expect(exchange.sent("GET /fapi/v1/userTrades")[0]?.query.get("orderId")).toBe("8389765612825190229");
    expect(report?.averagePrice && toText(report.averagePrice)).toBe("62000");
  });

  it.each([
    ["NEW", "new"],
    ["PARTIALLY_FILLED", "partiallyFilled"],
    ["CANCELED", "canceled"],
    ["REJECTED", "rejected"],
    ["EXPIRED", "expired"],
    ["EXPIRED_IN_MATCH", "expired"],
  ])("an order that is %s is %s and has no price while nothing is executed", async (status, expected) => {
    exchange.answer("GET /fapi/v1/order", { json: orderJson({ status, executedQty: "0", avgPrice: "0.00" }) });

    expect(await gateway.findOrder("BTCUSDT", "wsw-e0-1")).toMatchObject({ status: expected, averagePrice: undefined });
  });

  it("what the exchange does not know gives undefined", async () => {
    const unknown = { status: 400, json: { code: -2013, msg: "Order does not exist." } };
    exchange.answer("GET /fapi/v1/order", unknown);
    exchange.answer("GET /fapi/v1/algoOrder", unknown);

    expect(await gateway.findOrder("BTCUSDT", "wsw-e0-1")).toBeUndefined();
    expect(await gateway.findProtection("BTCUSDT", "wsw-s0-1")).toBeUndefined();
  });

  it("a status that nobody knows is an error and not a guess", async () => {
    exchange.answer("GET /fapi/v1/order", { json: orderJson({ status: "HALF" }) });

    await expect(gateway.findOrder("BTCUSDT", "wsw-e0-1")).rejects.toThrow("status: is no order status");
  });

  it("a protection tells its leg, status and the order it made", async () => {
    exchange.answer("GET /fapi/v1/algoOrder", { json: algoJson({ algoStatus: "FINISHED", actualOrderId: "8389765612825190229" }) });

    const report = await gateway.findProtection("BTCUSDT", "wsw-s0-1");

    expect(report).toMatchObject({
      leg: "stopLoss",
      side: "sell",
      status: "finished",
      closePosition: true,
      spawnedOrderId: "8389765612825190229",
    });
    expect(report && toText(report.triggerPrice)).toBe("60000");
  });

  it("all open protections are listed, other people's kinds too", async () => {
    const trailing = algoJson({ clientAlgoId: "by-hand", orderType: "TRAILING_STOP_MARKET", triggerPrice: "", closePosition: false });
    const { orderType, ...plainlyNamed } = algoJson({ clientAlgoId: "wsw-t0-1" });
    exchange.answer("GET /fapi/v1/openAlgoOrders", { json: [algoJson(), trailing, { ...plainlyNamed, type: "TAKE_PROFIT_MARKET" }] });

    const reports = await gateway.openProtections();

    expect(orderType).toBe("STOP_MARKET");
    expect(reports.map(({ clientOrderId, leg, spawnedOrderId }) => [clientOrderId, leg, spawnedOrderId])).toEqual([
      ["wsw-s0-1", "stopLoss", undefined],
      ["by-hand", "other", undefined],
      ["wsw-t0-1", "takeProfit", undefined],
    ]);
  });

  it("the plain orders that rest on a symbol are listed with what is left of them", async () => {
    const resting = orderJson({ clientOrderId: "web_1", side: "SELL", status: "PARTIALLY_FILLED", origQty: "0.5", executedQty: "0.2" });
    exchange.answer("GET /fapi/v1/openOrders", { json: [{ ...resting, reduceOnly: true }] });

    const [order] = await gateway.openOrders("BTCUSDT");

    expect(order).toMatchObject({ clientOrderId: "web_1", side: "sell", reduceOnly: true });
    expect(order && toText(order.quantity)).toBe("0.3");
  });
});

describe("a conditional order of an unknown kind", () => {
  const odd = { algoStatus: "PONDERING", triggerPrice: null };

  it("that is somebody else's does not hide ours, and is told", async () => {
    const warnings: unknown[] = [];
    const logger = { info: () => undefined, warn: (_message: string, fields?: unknown) => warnings.push(fields), error: () => undefined };
    const watched = createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "key", apiSecret: "secret", clock, logger });
    exchange.answer("GET /fapi/v1/openAlgoOrders", { json: [algoJson({ clientAlgoId: "by-hand", ...odd }), algoJson()] });

    expect((await watched.openProtections()).map(({ clientOrderId }) => clientOrderId)).toEqual(["wsw-s0-1"]);
    expect(warnings).toEqual([{ leftOut: 1 }]);
  });

  it.each([
    ["ours", algoJson({ clientAlgoId: "wsw-s0-2", ...odd })],
    ["without a name", { algoStatus: "NEW" }],
  ])("that is %s is not passed over: it would count as missing", async (_what, row) => {
    exchange.answer("GET /fapi/v1/openAlgoOrders", { json: [row, algoJson()] });

    await expect(gateway.openProtections()).rejects.toMatchObject({ kind: "fatal" });
  });
});

describe("a gateway without sound credentials", () => {
  it("is not made", () => {
    expect(() => createBinanceOrderGateway({ baseUrl: exchange.baseUrl, apiKey: "", apiSecret: "", clock })).toThrow(
      "an API key and its secret",
    );
  });

  it("is not made with a private key that lost something on its way here, and does not show it", () => {
    const { privateKey } = generateKeyPairSync("ed25519", {
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const make = (apiSecret: string) => () => createBinanceOrderGateway({ baseUrl: exchange.baseUrl, clock, apiKey: "key", apiSecret });

    expect(make(privateKey)).not.toThrow();
    expect(make(privateKey.replace(/.{8}\n-----END/, "\n-----END"))).toThrow("is none that can be read");
    expect(make(privateKey.replaceAll("\n", "\\n"))).toThrow(
      /^the API secret looks like a private key in PEM and is none that can be read$/,
    );
  });

  it.each([
    ["key", { apiKey: "pasted-key\n", apiSecret: "secret" }],
    ["secret", { apiKey: "key", apiSecret: " pasted-secret" }],
  ])("is not made with a %s that was pasted with something else, and does not show it", (what, credentials) => {
    const make = () => createBinanceOrderGateway({ baseUrl: exchange.baseUrl, clock, ...credentials });

    expect(make).toThrow(`the API ${what} contains spaces`);
    expect(make).not.toThrow("pasted");
  });
});
