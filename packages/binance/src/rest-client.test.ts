import { createHmac } from "node:crypto";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SteppedClock, type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createBan } from "./ban.ts";
import { createRestClient, type RestClient, type RestClientOptions } from "./rest-client.ts";

const startMs = Date.parse("2024-03-01T00:00:10.000Z");
const credentials = { apiKey: "the-key-7f3a", apiSecret: "the-secret-91bc" };

let exchange: StubExchange;
let clock: SteppedClock;

const connect = (changes: Partial<RestClientOptions> = {}): RestClient =>
  createRestClient({
    baseUrl: exchange.baseUrl,
    clock,
    ban: createBan(clock),
    readTimeoutMs: 300,
    writeTimeoutMs: 300,
    credentials,
    ...changes,
  });

const thrownBy = async (call: Promise<unknown>): Promise<ExchangeError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
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
  vi.restoreAllMocks();
});

describe("a signed request", () => {
  it("has exactly the given parameters, time and window in its query, signed, and nothing in its body", async () => {
    exchange.answer("POST /fapi/v1/order", { json: { clientOrderId: "wsw-e0-1" } });

    await connect({ recvWindowMs: 7000 }).write("POST", "fapi/v1/order", { symbol: "币安人生USDT", quantity: "0.0000001" }, "entry");

    const [request] = exchange.requests;
    const [payload, signature] = request?.rawQuery.split("&signature=") ?? [];
    expect([...(request?.query.keys() ?? [])]).toEqual(["symbol", "quantity", "timestamp", "recvWindow", "signature"]);
    expect(request?.query.get("symbol")).toBe("币安人生USDT");
    expect(request?.query.get("quantity")).toBe("0.0000001");
    expect(request?.query.get("recvWindow")).toBe("7000");
    expect(signature).toBe(
      createHmac("sha256", credentials.apiSecret)
        .update(payload ?? "")
        .digest("hex"),
    );
    expect(request?.headers["x-mbx-apikey"]).toBe(credentials.apiKey);
    expect(request?.body).toBe("");
  });

  it("carries the given clock's time, not the machine's, also after the clock jumped", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-21T05:00:00Z") });
    exchange.answer("GET /fapi/v3/account", { json: {} });
    const client = connect();

    await client.read("fapi/v3/account");
    clock.set(startMs + 900_000);
    await client.read("fapi/v3/account");

    expect(exchange.requests.map(({ query }) => Number(query.get("timestamp")))).toEqual([startMs, startMs + 900_000]);
  });

  it("never sends a value that is absent", async () => {
    exchange.answer("POST /fapi/v1/order", { json: { clientOrderId: "x" } });
    const parameters = JSON.parse('{"symbol":"BTCUSDT"}') as Record<string, string>;
    Object.defineProperty(parameters, "price", { value: undefined, enumerable: true });

    await connect().write("POST", "fapi/v1/order", parameters, "entry");

    expect(exchange.requests[0]?.query.has("price")).toBe(false);
  });

  it("starts no timer that repeats", async () => {
    exchange.answer("GET /fapi/v3/account", { json: {} });
    const interval = vi.spyOn(globalThis, "setInterval");

    await connect().read("fapi/v3/account");

    expect(interval).not.toHaveBeenCalled();
  });
});

describe("a read", () => {
  it("is tried up to three times with growing pauses of the clock", async () => {
    exchange.answer("GET /fapi/v1/klines", { status: 503, json: { msg: "Service Unavailable." } });

    const error = await thrownBy(connect().readPublic("fapi/v1/klines"));

    expect(error.kind).toBe("retryable");
    expect(exchange.requests).toHaveLength(3);
    expect(clock.slept).toEqual([200, 400]);
  });

  it.each([
    ["a reset", "reset" as const],
    ["silence", "silence" as const],
    ["a 502", { status: 502, text: "<html></html>" }],
    ["garbage", { text: '{"a":' }],
    ["an error code in a 200", { json: { code: -1000, msg: "unknown" } }],
    ["a dropped request", { status: 503, json: { code: -1008, msg: "throttled" } }],
    [
      "an unknown outcome, because reading changes nothing",
      { status: 503, json: { msg: "Unknown error, please check your request or try again later." } },
    ],
  ])("succeeds after %s", async (_what, fault) => {
    exchange.answer("GET /fapi/v1/premiumIndex", fault, { json: { ok: true } });

    expect(await connect().readPublic("fapi/v1/premiumIndex")).toEqual({ ok: true });
  });

  it("is not repeated when that cannot help", async () => {
    exchange.answer("GET /fapi/v3/account", { status: 401, json: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." } });

    const error = await thrownBy(connect().read("fapi/v3/account"));

    expect(error).toMatchObject({ kind: "fatal", code: -2015 });
    expect(exchange.requests).toHaveLength(1);
  });

  it("is unsigned and without a key when it is public and there are no credentials", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [] });
    const client = createRestClient({
      baseUrl: `${exchange.baseUrl}/`,
      clock,
      ban: createBan(clock),
      readTimeoutMs: 300,
      writeTimeoutMs: 300,
    });

    await client.read("fapi/v1/klines", { symbol: "BTCUSDT" });

    expect(exchange.requests[0]).toMatchObject({ path: "/fapi/v1/klines", rawQuery: "symbol=BTCUSDT" });
    expect(exchange.requests[0]?.headers["x-mbx-apikey"]).toBeUndefined();
  });
});

describe("a write is sent once, and", () => {
  it.each([
    ["silence", "silence" as const, "unknown"],
    ["a reset", "reset" as const, "unknown"],
    ["garbage with 200", { text: '{"clientOrderId":"wsw' }, "unknown"],
    ["503 Unknown error", { status: 503, json: { msg: "Unknown error, please check your request or try again later." } }, "unknown"],
    ["503 in HTML", { status: 503, text: "<html><title>503</title></html>" }, "unknown"],
    ["-1007", { status: 408, json: { code: -1007, msg: "Timeout waiting for response from backend server." } }, "unknown"],
    ["-1006", { status: 400, json: { code: -1006, msg: "unexpected" } }, "unknown"],
    ["-1000", { status: 400, json: { code: -1000, msg: "unknown" } }, "unknown"],
    ["-1001", { status: 503, json: { code: -1001, msg: "Internal error; unable to process your request. Please try again." } }, "unknown"],
    ["502", { status: 502, text: "<html></html>" }, "unknown"],
    ["504", { status: 504, text: "" }, "unknown"],
    ["202", { status: 202, json: { clientOrderId: "x" } }, "unknown"],
    ["503 Service Unavailable", { status: 503, json: { msg: "Service Unavailable." } }, "rejected"],
    ["503 -1008", { status: 503, json: { code: -1008, msg: "Request throttled by system-level protection." } }, "rejected"],
    ["-2019", { status: 400, json: { code: -2019, msg: "Margin is insufficient." } }, "rejected"],
    ["a redirect", { status: 302, text: "", headers: { location: "/elsewhere" } }, "rejected"],
    ["403 in HTML", { status: 403, text: "<html><title>403 Forbidden</title></html>" }, "rejected"],
    ["451", { status: 451, json: { code: 0, msg: "Service unavailable from a restricted location" } }, "rejected"],
    ["-4059", { status: 400, json: { code: -4059, msg: "No need to change position side." } }, "alreadySo"],
  ])("after %s it says so", async (_what, fault, answer) => {
    exchange.answer("POST /fapi/v1/order", fault);

    expect(await connect().write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry")).toMatchObject({ answer });
    expect(exchange.requests).toHaveLength(1);
  });

  it("is certain that nothing happened when nobody listens", async () => {
    const client = connect({ baseUrl: "http://127.0.0.1:9" });

    expect(await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry")).toMatchObject({
      answer: "rejected",
      meaning: "busy",
      reason: "cannot reach 127.0.0.1:9: no network, a wrong address, or nothing listens there (ECONNREFUSED)",
    });
  });
});

describe("after too many requests", () => {
  it.each([
    [
      "the instant in the message",
      { status: 418, json: { code: -1003, msg: "Way too many requests; IP(1.2.3.4) banned until 1709251999000." } },
      1_709_251_999_000,
    ],
    [
      "the Retry-After header",
      { status: 429, json: { code: -1003, msg: "Too many requests" }, headers: { "retry-after": "7" } },
      startMs + 7_000,
    ],
    ["the next minute", { status: 429, json: { code: -1003, msg: "Too many requests" } }, startMs + 50_000],
    ["two minutes for a ban without a date", { status: 418, text: "<html></html>" }, startMs + 120_000],
    ["two minutes for the firewall", { status: 403, text: "<html><title>403 Forbidden</title></html>" }, startMs + 120_000],
    [
      "two minutes for a ban whose date is past by our clock",
      { status: 418, json: { code: -1003, msg: "Way too many requests; IP(1.2.3.4) banned until 1709251100000." } },
      startMs + 120_000,
    ],
    ["the next minute when the header asks for no time", { status: 429, text: "", headers: { "retry-after": "0" } }, startMs + 50_000],
    [
      "the next minute when the header states a date",
      { status: 429, text: "", headers: { "retry-after": "Fri, 01 Mar 2024 00:10:00 GMT" } },
      startMs + 50_000,
    ],
  ])("nothing is sent before %s", async (_what, fault, retryAtMs) => {
    exchange.answer("GET /fapi/v1/klines", fault, { json: [] });
    const client = connect();

    const first = await thrownBy(client.readPublic("fapi/v1/klines"));
    const second = await thrownBy(client.readPublic("fapi/v1/klines"));
    const order = await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");
    const sentDuringSilence = exchange.requests.length;
    clock.set(retryAtMs);
    const after = await client.readPublic("fapi/v1/klines");

    expect(first).toMatchObject({ kind: "banned", retryAtMs });
    expect(second).toMatchObject({ kind: "banned", retryAtMs });
    expect(order).toMatchObject({ answer: "rejected", meaning: "busy" });
    expect(sentDuringSilence).toBe(1);
    expect(after).toEqual([]);
  });

  it("all clients that share the ban are silent", async () => {
    const ban = createBan(clock);
    exchange.answer("GET /fapi/v1/klines", { status: 429, json: { code: -1003, msg: "Too many requests" } });
    exchange.answer("GET /fapi/v3/account", { json: {} });

    await thrownBy(connect({ ban }).readPublic("fapi/v1/klines"));

    expect((await thrownBy(connect({ ban }).read("fapi/v3/account"))).kind).toBe("banned");
    expect(exchange.sent("GET /fapi/v3/account")).toHaveLength(0);
  });
});

describe("what is thrown", () => {
  it("is one clear sentence about the region", async () => {
    exchange.answer("GET /fapi/v1/klines", { status: 451, json: { code: 0, msg: "Service unavailable from a restricted location" } });

    const error = await thrownBy(connect().readPublic("fapi/v1/klines"));

    expect(error).toMatchObject({ kind: "fatal", code: 451 });
    expect(error.message).toContain("serves no requests from this region (HTTP 451)");
  });

  it("names the host that cannot be found", async () => {
    const error = await thrownBy(connect({ baseUrl: "http://fapi.invalid" }).readPublic("fapi/v1/klines"));

    expect(error.kind).toBe("retryable");
    expect(error.message).toContain("cannot reach fapi.invalid");
  });

  const echo = (request: { rawQuery: string }) => `${credentials.apiKey} ${credentials.apiSecret} http://x/fapi?${request.rawQuery}`;
  it.each([
    ["a code whose message echoes the request", (r: { rawQuery: string }) => ({ status: 400, json: { code: -1102, msg: echo(r) } })],
    [
      "an HTML page that echoes the request",
      (r: { rawQuery: string }) => ({ status: 400, text: `<html><title>${echo(r)}</title></html>` }),
    ],
    ["a reset", () => "reset" as const],
    ["silence", () => "silence" as const],
    ["garbage", () => ({ text: "{" })],
  ])("contains no key, secret or signature after %s", async (_what, fault) => {
    exchange.answer("GET /fapi/v3/account", fault);
    exchange.answer("POST /fapi/v1/order", fault);
    const lines: string[] = [];
    const note = (message: string, fields: unknown) => {
      lines.push(`${message} ${JSON.stringify(fields)}`);
    };
    const client = connect({ logger: { info: note, warn: note, error: note } });

    const error = await thrownBy(client.read("fapi/v3/account"));
    const answer = await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");

    const everything = [error.message, error.stack, JSON.stringify(error), String(error.cause), JSON.stringify(answer), ...lines].join(
      "\n",
    );
    const signatures = exchange.requests.map(({ query }) => query.get("signature") ?? "");
    expect(signatures.every((signature) => signature.length === 64)).toBe(true);
    for (const secret of [credentials.apiKey, credentials.apiSecret, ...signatures]) expect(everything).not.toContain(secret);
    expect(everything).not.toMatch(/recvWindow=\d/);
    expect(error.cause).toBeUndefined();
  });
});

describe("the used weight", () => {
  it("is what the exchange reported in this minute, and unknown before and after", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [] });
    const client = connect();

    const before = client.usedWeight();
    await client.readPublic("fapi/v1/klines");
    const reported = client.usedWeight();
    clock.set(startMs + 60_000);

    expect([before, reported, client.usedWeight()]).toEqual([undefined, 17, undefined]);
  });

  it("is also taken from an answer that is an error", async () => {
    exchange.answer("GET /fapi/v1/klines", { status: 429, json: { code: -1003, msg: "x" }, headers: { "x-mbx-used-weight-1m": "2401" } });
    const client = connect();

    await thrownBy(client.readPublic("fapi/v1/klines"));

    expect(client.usedWeight()).toBe(2401);
  });
});

describe("a connection", () => {
  it("is kept for the next request", async () => {
    const ports = new Set<string>();
    exchange.answer("GET /fapi/v1/ping", (request) => {
      ports.add(request.remotePort);
      return { json: {} };
    });
    const client = connect({ readTimeoutMs: 2_000 });

    for (let index = 0; index < 5; index++) await client.readPublic("fapi/v1/ping");

    expect(ports.size).toBe(1);
  });
});

describe("an exchange that keeps failing", () => {
  const failing = { status: 502, text: "<html><title>Bad Gateway</title></html>" };

  it("is left alone after five failures, waited for by reads, and asked by one first", async () => {
    exchange.answer("GET /fapi/v1/time", failing, failing, failing, failing, failing, { json: { serverTime: 1 } });
    const client = connect({ purpose: "analysis" });
    const first = await thrownBy(client.readPublic("fapi/v1/time"));
    const second = await client.readPublic("fapi/v1/time");

    expect(first.kind).toBe("retryable");
    expect(second).toEqual({ serverTime: 1 });
    // Two tries with their pauses, then the rest of five seconds.
    expect(clock.slept.some((ms) => ms >= 4_000)).toBe(true);
    expect(exchange.requests).toHaveLength(6);
  });

  it("gets no entry and no analysis for as long as it rests, but stops and closes", async () => {
    exchange.answer("POST /fapi/v1/order", failing);
    exchange.answer("GET /fapi/v1/time", failing);
    const client = connect({ purpose: "analysis" });
    for (let order = 0; order < 5; order++) await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");

    expect(await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry")).toMatchObject({
      answer: "rejected",
      row: "silent",
      meaning: "busy",
      reason: expect.stringContaining("keeps failing"),
    });
    expect(await client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "protection")).toMatchObject({ answer: "unknown" });
    expect(exchange.sent("POST /fapi/v1/order")).toHaveLength(6);
  });

  it("is given up by a read after eight seconds", async () => {
    exchange.answer("GET /fapi/v1/time", failing);
    const client = connect({ purpose: "analysis" });
    await thrownBy(client.readPublic("fapi/v1/time"));
    await thrownBy(client.readPublic("fapi/v1/time"));
    const before = clock.nowMs();
    const error = await thrownBy(client.readPublic("fapi/v1/time"));

    expect(error.kind).toBe("retryable");
    expect(clock.nowMs() - before).toBeLessThanOrEqual(8_000);
    expect(error.message).toMatch(/failed behind its front door|keeps failing/);
  });
});

describe("the used weight", () => {
  it("of an earlier minute is not taken for this one's when an answer states none", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: 1 }, headers: { "x-mbx-used-weight-1m": "2399" } });
    exchange.answer("GET /fapi/v1/ping", { json: {}, headers: { "x-mbx-used-weight-1m": "" } });
    const client = connect({ purpose: "analysis" });
    await client.readPublic("fapi/v1/time");
    expect(client.usedWeight()).toBe(2399);
    clock.set(startMs + 60_000);
    await client.readPublic("fapi/v1/ping");

    expect(client.usedWeight()).toBeUndefined();
    expect(await client.readPublic("fapi/v1/ping")).toEqual({});
  });
});
