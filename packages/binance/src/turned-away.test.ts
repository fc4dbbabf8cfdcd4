import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SteppedClock, type StubAnswer, type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createExchangeGate, type ExchangeGate } from "./exchange-gate.ts";
import { createRestClient, type RestClient } from "./rest-client.ts";

const startMs = Date.parse("2026-11-21T10:15:02.000Z");
const credentials = { apiKey: "the-key-7f3a", apiSecret: "the-secret-91bc" };
const firewall: StubAnswer = { status: 403, text: "<html><title>403 Forbidden</title></html>" };
const region: StubAnswer = { status: 451, json: { code: 0, msg: "Service unavailable from a restricted location" } };
const ban: StubAnswer = { status: 429, json: { code: -1003, msg: "Too many requests" } };

let exchange: StubExchange;
let clock: SteppedClock;
let gate: ExchangeGate;

const connect = (): RestClient =>
  createRestClient({ baseUrl: exchange.baseUrl, clock, gate, readTimeoutMs: 300, writeTimeoutMs: 300, credentials });
const stop = (client: RestClient) => client.write("POST", "fapi/v1/algoOrder", { symbol: "BTCUSDT" }, "rescue");
const entry = (client: RestClient) => client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");
const candles = (client: RestClient) => client.readPublic("fapi/v1/klines", undefined, "analysis");
const look = (client: RestClient) => client.read("fapi/v3/positionRisk", undefined, "look");
const thrownBy = async (call: Promise<unknown>): Promise<ExchangeError> => {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof ExchangeError)) throw new Error(`no ExchangeError but ${String(error)}`);
  return error;
};
const after = (ms: number) => clock.set(startMs + ms);

beforeEach(async () => {
  exchange = await startStubExchange();
  clock = steppedClock(startMs);
  gate = createExchangeGate({ clock });
  exchange.answer("POST /fapi/v1/algoOrder", { json: { clientAlgoId: "x" } });
  exchange.answer("GET /fapi/v3/positionRisk", { json: [] });
});
afterEach(() => exchange.close());

describe("after a refusal of the web firewall", () => {
  it("nothing is sent but the stop, and its answer ends the silence for everybody", async () => {
    exchange.answer("GET /fapi/v1/klines", firewall, { json: [] });
    const client = connect();
    const refused = await thrownBy(candles(client));

    const silent = [await thrownBy(candles(client)), await thrownBy(look(client)), await entry(client)];
    const sentInSilence = exchange.requests.length;
    const placed = await stop(client);

    expect(refused).toMatchObject({ kind: "banned", code: 403, retryAtMs: startMs + 120_000 });
    expect(refused.message).toContain("nothing but stops and closes is sent");
    expect(silent).toMatchObject([
      { kind: "banned", retryAtMs: startMs + 120_000 },
      { kind: "banned", retryAtMs: startMs + 120_000 },
      { answer: "rejected", row: "silent", meaning: "busy" },
    ]);
    expect(sentInSilence).toBe(1);
    expect(placed.answer).toBe("done");
    expect(await candles(connect())).toEqual([]);
  });

  it("a stop that is refused too is tried again every five seconds, and the silence lasts from the last refusal", async () => {
    exchange.answer("POST /fapi/v1/algoOrder", firewall, firewall, firewall, { json: { clientAlgoId: "x" } });
    const client = connect();
    const answers: string[] = [];
    const times: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      answers.push((await stop(client)).answer);
      times.push(clock.nowMs() - startMs);
    }

    expect(answers).toEqual(["rejected", "rejected", "rejected", "done"]);
    expect(times).toEqual([0, 5_000, 10_000, 15_000]);
    expect(exchange.sent("POST /fapi/v1/algoOrder")).toHaveLength(4);
    exchange.answer("GET /fapi/v1/klines", { json: [] });
    expect(await candles(client)).toEqual([]);
  });

  it("the guard's look is tried after twenty seconds and ends the silence", async () => {
    exchange.answer("GET /fapi/v1/klines", firewall, { json: [] });
    const client = connect();
    await thrownBy(candles(client));
    after(20_000);

    expect(await look(client)).toEqual([]);
    expect(await candles(client)).toEqual([]);
  });

  it("does not ask for the time in place of the look", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: startMs } });
    exchange.answer("GET /fapi/v1/klines", firewall);
    const client = connect();
    await thrownBy(candles(client));
    after(20_000);
    await look(client);

    expect(exchange.requests.map(({ path }) => path)).toEqual(["/fapi/v1/klines", "/fapi/v3/positionRisk"]);
  });

  it("a stop that the exchange itself refuses has got through as well", async () => {
    exchange.answer("GET /fapi/v1/klines", firewall, { json: [] });
    exchange.answer("POST /fapi/v1/algoOrder", { status: 400, json: { code: -2021, msg: "Order would immediately trigger." } });
    const client = connect();
    await thrownBy(candles(client));

    expect(await stop(client)).toMatchObject({ answer: "rejected", meaning: "wouldTriggerImmediately" });
    expect(await candles(client)).toEqual([]);
  });

  it.each<[string, StubAnswer]>([
    ["a timeout", "silence"],
    ["a 502 of somebody in between", { status: 502, text: "<html></html>" }],
    ["a redirect", { status: 302, text: "", headers: { location: "/captcha" } }],
    ["a page that is no answer", { text: "<html>are you human?</html>" }],
    ["a 404 of somebody in between", { status: 404, text: "<html></html>" }],
  ])("%s shows nothing, and the silence goes on", async (_what, fault) => {
    exchange.answer("GET /fapi/v1/klines", firewall, { json: [] });
    exchange.answer("POST /fapi/v1/algoOrder", fault);
    const client = connect();
    await thrownBy(candles(client));
    await stop(client);

    expect(await thrownBy(candles(client))).toMatchObject({ kind: "banned", retryAtMs: startMs + 120_000 });
  });

  it("an answer to what was sent before it does not end it", async () => {
    let refuse = () => {};
    const isRefused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    exchange.answer("GET /fapi/v1/klines", firewall);
    exchange.answer("GET /fapi/v1/premiumIndex", async () => {
      await isRefused;
      return { json: [] };
    });
    const client = connect();
    const sentBefore = client.readPublic("fapi/v1/premiumIndex");
    await thrownBy(candles(client));
    refuse();
    await sentBefore;

    expect((await thrownBy(candles(client))).kind).toBe("banned");
    expect(exchange.sent("GET /fapi/v1/klines")).toHaveLength(1);
  });

  it("a ban is absolute, also for stops", async () => {
    exchange.answer("GET /fapi/v1/klines", firewall);
    exchange.answer("POST /fapi/v1/algoOrder", ban);
    const client = connect();
    await thrownBy(candles(client));
    await stop(client);
    clock.set(clock.nowMs() + 6_000);

    expect(await stop(client)).toMatchObject({ answer: "rejected", row: "silent", meaning: "busy" });
    expect(exchange.sent("POST /fapi/v1/algoOrder")).toHaveLength(1);
  });
});

describe("after a refusal for the region", () => {
  it("the next five minutes are refused at once and as clearly, without a request each", async () => {
    exchange.answer("GET /fapi/v1/klines", region, { json: [] });
    const client = connect();
    const errors = [await thrownBy(candles(client)), await thrownBy(candles(client)), await thrownBy(look(client))];

    for (const error of errors) {
      expect(error).toMatchObject({ kind: "fatal", code: 451 });
      expect(error.message).toContain("serves no requests from this region (HTTP 451)");
    }
    expect(await entry(client)).toMatchObject({ answer: "rejected", code: 451, meaning: "other" });
    expect(exchange.requests).toHaveLength(1);
    after(300_000);
    expect(await candles(client)).toEqual([]);
  });

  it("a stop is tried, and ends it when it gets through", async () => {
    exchange.answer("GET /fapi/v1/klines", region, { json: [] });
    const client = connect();
    await thrownBy(candles(client));

    expect((await stop(client)).answer).toBe("done");
    expect(await candles(client)).toEqual([]);
  });
});

describe("after a refusal of the key", () => {
  it("the next request is sent all the same, because a ban can look like that for a while", async () => {
    const refused = { status: 401, json: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." } };
    exchange.answer("POST /fapi/v1/algoOrder", refused, { json: { clientAlgoId: "x" } });
    exchange.answer("GET /fapi/v3/positionRisk", refused, { json: [] });
    const client = connect();

    expect(await thrownBy(look(client))).toMatchObject({ kind: "fatal", code: -2015 });
    expect(await stop(client)).toMatchObject({ answer: "rejected", code: -2015 });
    expect([await look(client), (await stop(client)).answer]).toEqual([[], "done"]);
    expect(exchange.requests).toHaveLength(4);
  });
});
