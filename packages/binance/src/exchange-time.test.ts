import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SteppedClock, type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createExchangeGate } from "./exchange-gate.ts";
import { createRestClient, type RestClient, type RestClientOptions } from "./rest-client.ts";

const startMs = Date.parse("2024-03-01T00:00:10.000Z");
const credentials = { apiKey: "the-key-7f3a", apiSecret: "the-secret-91bc" };

let exchange: StubExchange;
let clock: SteppedClock;

const connect = (changes: Partial<RestClientOptions> = {}): RestClient =>
  createRestClient({ baseUrl: exchange.baseUrl, clock, readTimeoutMs: 300, writeTimeoutMs: 300, credentials, ...changes });

const thrownBy = async (call: Promise<unknown>): Promise<ExchangeError> => {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof ExchangeError)) throw new Error(`no ExchangeError but ${String(error)}`);
  return error;
};

beforeEach(async () => {
  exchange = await startStubExchange();
  clock = steppedClock(startMs);
});
afterEach(() => exchange.close());
afterEach(() => {
  vi.useRealTimers();
});

describe("the exchange's time", () => {
  const offsetsOf = (route: string) => exchange.sent(route).map(({ query }) => Number(query.get("timestamp")) - startMs);

  it("is asked for before the first signed read, so that none is refused for it", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: startMs });
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs + 7_000 } });
    exchange.answer("GET /fapi/v3/account", { json: {} });
    const client = connect();

    await client.read("fapi/v3/account");
    await client.read("fapi/v3/account");

    expect(exchange.requests.map(({ path }) => path)).toEqual(["/fapi/v1/time", "/fapi/v3/account", "/fapi/v3/account"]);
    expect(exchange.requests[0]?.rawQuery).toBe("");
    expect(offsetsOf("GET /fapi/v3/account")).toEqual([7_000, 7_000]);
  });

  it("is asked for once by all clients that share a gate, a write's client among them", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: startMs });
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs + 7_000 } });
    exchange.answer("GET /fapi/v3/account", { json: {} });
    exchange.answer("POST /fapi/v1/order", { json: { clientOrderId: "x" } });
    const gate = createExchangeGate({ clock });

    await Promise.all([connect({ gate }).read("fapi/v3/account"), connect({ gate }).read("fapi/v3/account")]);
    await connect({ gate }).write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");

    expect(exchange.sent("GET /fapi/v1/time")).toHaveLength(1);
    expect(offsetsOf("POST /fapi/v1/order")).toEqual([7_000]);
  });

  it("is never waited for by a write", async () => {
    exchange.answer("GET /fapi/v1/time", "silence");
    exchange.answer("POST /fapi/v1/algoOrder", { json: { clientAlgoId: "x" } });

    const answer = await connect().write("POST", "fapi/v1/algoOrder", { symbol: "BTCUSDT" }, "rescue");

    expect(answer.answer).toBe("done");
    expect(exchange.requests.map(({ path }) => path)).toEqual(["/fapi/v1/algoOrder"]);
  });

  it.each([
    ["silence", "silence" as const],
    ["a reset", "reset" as const],
    ["a page", { text: "<html></html>" }],
    ["no time", { json: {} }],
    ["a time that is a text", { json: { serverTime: "soon" } }],
    ["an error", { status: 400, json: { code: -1121, msg: "Invalid symbol." } }],
    ["a 502", { status: 502, text: "" }],
  ])("keeps no read from its answer when it comes back as %s", async (_what, fault) => {
    exchange.answer("GET /fapi/v1/time", fault);
    exchange.answer("GET /fapi/v3/account", { json: { assets: [] } });
    const client = connect();

    expect(await client.read("fapi/v3/account")).toEqual({ assets: [] });
    expect(await client.read("fapi/v3/account")).toEqual({ assets: [] });
    expect(exchange.sent("GET /fapi/v1/time")).toHaveLength(1);
  });

  it("is not asked for by public reads", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [] });
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs } });

    await connect().readPublic("fapi/v1/klines");

    expect(exchange.sent("GET /fapi/v1/time")).toHaveLength(0);
  });
});

describe("a refused timestamp", () => {
  const skewed = { status: 400, json: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." } };

  it("is measured once against the exchange's time and sent again once, for an order too", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: startMs });
    exchange.answer("POST /fapi/v1/order", skewed, { json: { clientOrderId: "wsw-e0-1" } });
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs + 42_000 } });

    const answer = await connect().write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");

    expect(answer).toMatchObject({ answer: "done" });
    expect(exchange.sent("POST /fapi/v1/order").map(({ query }) => Number(query.get("timestamp")) - startMs)).toEqual([0, 42_000]);
  });

  it("is measured once for many requests at a time", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs } }, { json: { serverTime: startMs + 42_000 } });
    exchange.answer("GET /fapi/v3/account", (request) =>
      Number(request.query.get("timestamp")) > startMs + 40_000 ? { json: {} } : skewed,
    );
    const client = connect();

    await Promise.all(Array.from({ length: 5 }, () => client.read("fapi/v3/account")));

    expect(exchange.sent("GET /fapi/v1/time").length).toBeLessThanOrEqual(3);
    expect(exchange.sent("GET /fapi/v3/account")).toHaveLength(10);
  });

  it("gives up when the measured time is refused too", async () => {
    exchange.answer("POST /fapi/v1/order", skewed);
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs } });

    const answer = await connect().write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");

    expect(answer).toMatchObject({ answer: "rejected", meaning: "busy", code: -1021 });
    expect(exchange.sent("POST /fapi/v1/order")).toHaveLength(2);
  });
});

describe("a clock that is off", () => {
  const tooEarly = { status: 400, json: { code: -1021, msg: "Timestamp for this request was 1000ms ahead of the server's time." } };

  it("by more than ten minutes is not corrected in silence: it must be set", async () => {
    exchange.answer("GET /fapi/v3/account", tooEarly);
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs + 11 * 60_000 } });
    const lines: string[] = [];
    const logger = { info: () => {}, warn: () => {}, error: (message: string) => void lines.push(message) };

    const error = await thrownBy(connect({ logger }).read("fapi/v3/account"));

    expect(error.message).toContain("our clock differs");
    expect(lines[0]).toContain("must be set");
    expect(exchange.sent("GET /fapi/v3/account").every(({ query }) => Number(query.get("timestamp")) < startMs + 60_000)).toBe(true);
  });
});

describe("a ban", () => {
  it("ends by the exchange's clock, also for a clock that is ahead of it", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs - 5_000 } });
    exchange.answer("GET /fapi/v3/account", { status: 418, json: { code: -1003, msg: "banned until 1709251999000." } });

    expect(await thrownBy(connect().read("fapi/v3/account"))).toMatchObject({ retryAtMs: 1_709_251_999_000 + 5_000 });
  });
});
