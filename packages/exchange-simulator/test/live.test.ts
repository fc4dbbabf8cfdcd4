import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/index.ts";
import { lookEveryMs } from "../src/live/poller.ts";
import { plain, signed } from "./signed-request.ts";
import { type StubReply, type StubUpstream, startStubUpstream } from "./stub-upstream.ts";

const folder = mkdtempSync(join(tmpdir(), "winiswin-live-"));
const startMs = Date.UTC(2026, 10, 21, 10, 0, 20);
const minuteMs = 60_000;
const symbol = "BTCUSDT";

let behind: ExchangeSimulator;
let upstream: StubUpstream;
let live: ExchangeSimulator;
let reply: (target: string) => StubReply | "silence" | undefined;

const startLive = (changes: object = {}) =>
  startExchangeSimulator({
    market: { kind: "live", baseUrl: upstream.url },
    clock: { kind: "stepped", startMs: behind.clock.nowMs() },
    ...changes,
  });

beforeEach(async () => {
  reply = () => undefined;
  behind = await startExchangeSimulator({
    market: { kind: "generated", symbols: 8, seed: "live" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  upstream = await startStubUpstream(behind.url, (target) => reply(target));
  live = await startLive();
});

afterEach(async () => {
  await live.stop();
  await upstream.stop();
  await behind.stop();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Moves both exchanges; the follower looks unless told otherwise. */
async function step(nowMs: number, looks = true): Promise<void> {
  await plain(behind.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs }));
  await plain(live.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs }));
  if (looks) await plain(live.url, "POST", "/simulator/poll");
}

const ask = async (method: string, path: string, parameters: Record<string, string> = {}) =>
  signed(live, method, path, parameters, live.clock.nowMs());

const market = (side: string, quantity = "0.05", contract = symbol) =>
  ask("POST", "/fapi/v1/order", { symbol: contract, side, type: "MARKET", quantity });

const conditional = (type: string, triggerPrice: string, changes: Record<string, string> = {}) =>
  ask("POST", "/fapi/v1/algoOrder", {
    algoType: "CONDITIONAL",
    symbol,
    side: "SELL",
    type,
    triggerPrice,
    closePosition: "true",
    clientAlgoId: type,
    ...changes,
  });

const algo = async (type: string) => (await ask("GET", "/fapi/v1/algoOrder", { clientAlgoId: type })).body as Record<string, unknown>;

const trades = async () =>
  (await ask("GET", "/fapi/v1/userTrades", { symbol })).body as { price: string; time: number; side: string; qty: string }[];

interface Minute {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

/** The upstream's future, which a stepped generated market can be asked for by another instance of the same market. */
async function futureMinutes(count: number): Promise<readonly Minute[]> {
  const oracle = await startExchangeSimulator({
    market: { kind: "generated", symbols: 8, seed: "live" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
  await plain(oracle.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: startMs + count * minuteMs }));
  const rows = (await plain(oracle.url, "GET", `/fapi/v1/klines?symbol=${symbol}&interval=1m&startTime=${startMs}&limit=${count - 1}`))
    .body as [number, string, string, string][];
  await oracle.stop();
  return rows.map(([openMs, open, high, low]) => ({ openMs, open: Number(open), high: Number(high), low: Number(low) }));
}

describe("public data", () => {
  test("is the followed exchange's own, byte for byte, with its limits in the headers", async () => {
    const targets = [
      "/fapi/v1/exchangeInfo",
      `/fapi/v1/klines?symbol=${symbol}&interval=15m&limit=99`,
      `/fapi/v1/klines?symbol=${symbol}&interval=15m&limit=0`,
      "/fapi/v1/klines?symbol=NOSUCHUSDT&interval=15m",
      `/fapi/v1/markPriceKlines?symbol=${symbol}&interval=1m&limit=5`,
      "/fapi/v1/premiumIndex",
      "/fapi/v1/ticker/24hr",
      `/fapi/v1/ticker/bookTicker?symbol=${symbol}`,
      "/fapi/v2/ticker/price",
      `/fapi/v1/fundingRate?symbol=${symbol}&limit=3`,
      "/fapi/v1/fundingInfo",
    ];
    for (const target of targets) {
      const [theirs, handedOn] = await Promise.all([fetch(`${behind.url}${target}`), fetch(`${live.url}${target}`)]);
      expect(handedOn.status, target).toBe(theirs.status);
      expect(Buffer.from(await handedOn.arrayBuffer()), target).toEqual(Buffer.from(await theirs.arrayBuffer()));
      expect(handedOn.headers.get("content-type")).toBe(theirs.headers.get("content-type"));
      expect(Number(handedOn.headers.get("x-mbx-used-weight-1m")), target).toBeGreaterThan(0);
    }
    expect((await plain(live.url, "GET", "/fapi/v1/time")).body).toEqual({ serverTime: startMs });
  });

  test("that is refused is refused as what it is: limits, bans, regions, firewalls and failures", async () => {
    const banned = `{"code":-1003,"msg":"Way too many requests; IP(1.2.3.4) banned until ${startMs}. Please use the websocket."}`;
    const answers: readonly StubReply[] = [
      { status: 429, body: '{"code":-1003,"msg":"Too many requests."}', headers: { "retry-after": "7", "x-mbx-used-weight-1m": "2500" } },
      { status: 418, body: banned },
      { status: 451, body: '{"code":0,"msg":"Service unavailable from a restricted location"}' },
      { status: 403, body: "<html><title>403 Forbidden</title></html>", headers: { "content-type": "text/html" } },
      { status: 503, body: '{"code":-1008,"msg":"Request throttled by system-level protection."}' },
    ];
    for (const answer of answers) {
      reply = () => answer;
      const response = await fetch(`${live.url}/fapi/v1/klines?symbol=${symbol}&interval=15m`);
      expect({ status: response.status, body: await response.text() }).toEqual({ status: answer.status, body: answer.body });
      for (const [name, value] of Object.entries(answer.headers ?? {})) expect(response.headers.get(name)).toBe(value);
    }
  });

  test("that nobody answers is 503, and the account is there all the same", async () => {
    await upstream.stop();
    const response = await plain(live.url, "GET", "/fapi/v1/ticker/24hr");
    expect(response).toMatchObject({ status: 503, body: { msg: expect.stringMatching(/^Service Unavailable\. .*ECONNREFUSED/) } });
    expect((await ask("GET", "/fapi/v3/account")).body).toMatchObject({ totalWalletBalance: "10000.00000000" });
    expect(await market("BUY")).toMatchObject({ status: 503, body: { msg: expect.stringContaining("Service Unavailable") } });
    expect((await ask("GET", "/fapi/v1/allOrders")).body).toEqual([]);
  });
});

describe("paper orders", () => {
  test("are filled at the top of the real book", async () => {
    const book = (await plain(behind.url, "GET", `/fapi/v1/ticker/bookTicker?symbol=${symbol}`)).body as Record<string, string>;
    const small = Math.min(0.05, Number(book.askQty) / 2, Number(book.bidQty) / 2).toFixed(3);
    await market("BUY", small);
    await market("SELL", small);
    expect((await trades()).map(({ price }) => Number(price))).toEqual([Number(book.askPrice), Number(book.bidPrice)]);
  });

  test("that are larger than the top eat into the levels behind it", async () => {
    const book = (await plain(behind.url, "GET", `/fapi/v1/ticker/bookTicker?symbol=${symbol}`)).body as Record<string, string>;
    await ask("POST", "/fapi/v1/leverage", { symbol, leverage: "100" });
    await market("BUY", (Number(book.askQty) + 0.5).toFixed(3));
    const prices = (await trades()).map(({ price }) => Number(price));
    expect(prices.length).toBeGreaterThan(1);
    expect(prices[0]).toBe(Number(book.askPrice));
    expect(prices).toEqual([...prices].sort((left, right) => left - right));
  });

  test("end at the stop in the minute in which the followed market traded there, a gap at its open", async () => {
    await market("BUY");
    const future = await futureMinutes(1_400);
    const trigger = Math.round((await entryPrice()) * 0.995 * 10) / 10;
    const hit = future.find(({ low }) => low <= trigger)!;
    await conditional("STOP_MARKET", trigger.toFixed(1));
    for (let atMs = startMs; (await algo("STOP_MARKET")).algoStatus === "NEW" && atMs < hit.openMs + 10 * minuteMs; atMs += 45_000)
      await step(atMs);
    expect(await algo("STOP_MARKET")).toMatchObject({ algoStatus: "FINISHED" });
    const exit = (await trades()).at(-1)!;
    expect(Math.floor(exit.time / minuteMs) * minuteMs).toBe(hit.openMs);
    const honest = Math.min(trigger, hit.open);
    expect(Number(exit.price)).toBeLessThanOrEqual(honest);
    expect(Number(exit.price)).toBeGreaterThan(honest * 0.999);
    expect((await ask("GET", "/fapi/v3/positionRisk")).body).toEqual([]);
  });

  test("end at the target, and the stop ends with the position", async () => {
    await market("BUY");
    const entry = await entryPrice();
    const target = Math.round(entry * 1.003 * 10) / 10;
    const hit = (await futureMinutes(1_400)).find(({ high }) => high >= target)!;
    await conditional("STOP_MARKET", (entry * 0.7).toFixed(1), { workingType: "MARK_PRICE" });
    await conditional("TAKE_PROFIT_MARKET", target.toFixed(1));
    await step(hit.openMs - 1_000);
    expect((await algo("TAKE_PROFIT_MARKET")).algoStatus).toBe("NEW");
    await step(hit.openMs + minuteMs);
    expect((await algo("TAKE_PROFIT_MARKET")).algoStatus).toBe("FINISHED");
    expect((await algo("STOP_MARKET")).algoStatus).toBe("EXPIRED");
  });

  test("are not triggered by what the running minute traded before they existed", async () => {
    const [first] = await futureMinutes(3);
    await step(first!.openMs + 59_000, false);
    const rows = (await plain(behind.url, "GET", `/fapi/v1/klines?symbol=${symbol}&interval=1m&limit=1`)).body as string[][];
    const [high, close] = [Number(rows[0]![2]), Number(rows[0]![4])];
    await market("SELL");
    // Between the price of now and the high of this minute, if there is room: a stop above, which the minute's own high has passed already.
    const trigger = Math.max(close + 0.2, high - 0.1).toFixed(1);
    const placed = await conditional("STOP_MARKET", trigger, { side: "BUY" });
    expect(placed.status).toBe(200);
    await step(first!.openMs + 59_500);
    const passed = Number(
      ((await plain(behind.url, "GET", `/fapi/v1/klines?symbol=${symbol}&interval=1m&limit=1`)).body as string[][])[0]![2],
    );
    expect(passed).toBe(high);
    expect(high).toBeGreaterThanOrEqual(Number(trigger));
    expect((await algo("STOP_MARKET")).algoStatus).toBe("NEW");
  });

  test("with a limit rest until the followed market trades through it, and are filled at their own price as makers", async () => {
    const { open } = (await futureMinutes(3))[0]!;
    const price = (Math.round(open * 0.998 * 10) / 10).toFixed(1);
    const through = (await futureMinutes(1_400)).find(({ low }) => low < Number(price))!;
    const placed = await ask("POST", "/fapi/v1/order", { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.01", price });
    expect(placed.body).toMatchObject({ status: "NEW" });
    await step(through.openMs - 1_000);
    expect((await ask("GET", "/fapi/v1/openOrders", { symbol })).body).toHaveLength(1);
    await step(through.openMs + minuteMs);
    const [fill] = (await trades()) as unknown as { price: string; maker: boolean; time: number }[];
    expect({ ...fill, price: Number(fill!.price) }).toMatchObject({ price: Number(price), maker: true });
    expect(Math.floor(fill!.time / minuteMs) * minuteMs).toBe(through.openMs);
  });

  test("are liquidated at the mark price, and the loss ends with the isolated margin", async () => {
    await ask("POST", "/fapi/v1/marginType", { symbol, marginType: "ISOLATED" });
    await ask("POST", "/fapi/v1/leverage", { symbol, leverage: "125" });
    await market("BUY", "0.1");
    const [position] = (await ask("GET", "/fapi/v3/positionRisk")).body as { liquidationPrice: string; isolatedWallet: string }[];
    for (let minutes = 5; minutes < 3 * 1_440 && ((await ask("GET", "/fapi/v3/positionRisk")).body as unknown[]).length > 0; minutes += 5)
      await step(startMs + minutes * minuteMs);
    const orders = (await ask("GET", "/fapi/v1/allOrders")).body as { clientOrderId: string; time: number }[];
    expect(orders.at(-1)!.clientOrderId).toMatch(/^autoclose-/);
    const { time } = orders.at(-1)!;
    const query = `symbol=${symbol}&interval=1m&startTime=${Math.floor(time / minuteMs) * minuteMs}&limit=1`;
    const [mark] = (await plain(behind.url, "GET", `/fapi/v1/markPriceKlines?${query}`)).body as string[][];
    expect(Number(mark![3])).toBeLessThanOrEqual(Number(position!.liquidationPrice) + 0.1);
    const { totalWalletBalance } = (await ask("GET", "/fapi/v3/account")).body as { totalWalletBalance: string };
    expect(Number(totalWalletBalance)).toBeGreaterThanOrEqual(10_000 - Number(position!.isolatedWallet) - 5);
  });

  test("in a contract that the exchange does not list are refused as unknown", async () => {
    expect(await market("BUY", "1", "NOSUCHUSDT")).toMatchObject({ status: 400, body: { code: -1121 } });
  });

  async function entryPrice(): Promise<number> {
    return Number((await trades()).at(-1)!.price);
  }
});

describe("funding", () => {
  test("is what the followed exchange settled, on the quantity held at that hour", async () => {
    await step(Date.UTC(2026, 10, 21, 15, 59, 30), false);
    await market("BUY", "0.05");
    await step(Date.UTC(2026, 10, 21, 16, 0, 10));
    await market("SELL", "0.05");
    await step(Date.UTC(2026, 10, 21, 16, 0, 30));
    const [rate] = (await plain(behind.url, "GET", `/fapi/v1/fundingRate?symbol=${symbol}&limit=1`)).body as Record<string, string>[];
    const paid = (await ask("GET", "/fapi/v1/income", { incomeType: "FUNDING_FEE" })).body as { income: string; time: number }[];
    expect(paid).toHaveLength(1);
    expect(paid[0]!.time).toBe(Date.UTC(2026, 10, 21, 16));
    expect(Number(paid[0]!.income)).toBeCloseTo(-0.05 * Number(rate!.markPrice) * Number(rate!.fundingRate), 8);
  });
});

describe("an outage of the followed exchange", () => {
  test("hides nothing: a stop passed meanwhile is executed in its minute and at its price when the exchange is back", async () => {
    await market("BUY");
    const entry = Number((await trades())[0]!.price);
    const trigger = Math.round(entry * 0.995 * 10) / 10;
    const hit = (await futureMinutes(1_400)).find(({ low }) => low <= trigger)!;
    await conditional("STOP_MARKET", trigger.toFixed(1));
    reply = () => ({ status: 502, body: "" });
    await step(hit.openMs + 30 * minuteMs);
    expect((await algo("STOP_MARKET")).algoStatus).toBe("NEW");
    expect((await ask("GET", "/fapi/v3/positionRisk")).body).toHaveLength(1);
    expect((await ask("DELETE", "/fapi/v1/algoOrder", { symbol, clientAlgoId: "STOP_MARKET" })).status).toBe(503);

    reply = () => undefined;
    await step(hit.openMs + 31 * minuteMs);
    const exit = (await trades()).at(-1)!;
    expect(Math.floor(exit.time / minuteMs) * minuteMs).toBe(hit.openMs);
    expect(Number(exit.price)).toBeLessThanOrEqual(Math.min(trigger, hit.open));
    expect(Number(exit.price)).toBeGreaterThan(Math.min(trigger, hit.open) * 0.999);
  });

  test("by a ban stops the follower's own questions until its end, and orders are told of the ban", async () => {
    await market("BUY");
    upstream.taken();
    const body = `{"code":-1003,"msg":"Way too many requests; IP(1.2.3.4) banned until ${Date.now() + 600_000}. Please use the websocket."}`;
    reply = () => ({ status: 418, body });
    await step(startMs + minuteMs);
    const asked = upstream.taken().length;
    await step(startMs + 2 * minuteMs);
    expect(await market("SELL")).toMatchObject({ status: 418, body: JSON.parse(body) });
    expect(asked).toBeGreaterThan(0);
    expect(upstream.taken()).toEqual([]);
  });
});

describe("a restart", () => {
  test("goes on from the state file and matches what happened in between, each thing once", async () => {
    const options = { stateFile: join(folder, "live.jsonl") };
    await live.stop();
    live = await startLive(options);
    await market("BUY");
    const trigger = Math.round(Number((await trades())[0]!.price) * 0.995 * 10) / 10;
    const hit = (await futureMinutes(1_400)).find(({ low }) => low <= trigger)!;
    await conditional("STOP_MARKET", trigger.toFixed(1));
    await step(startMs + 3 * minuteMs);
    await live.stop();

    await plain(behind.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: hit.openMs + 5 * minuteMs }));
    live = await startExchangeSimulator({
      market: { kind: "live", baseUrl: upstream.url },
      clock: { kind: "real" },
      ...options,
    });
    expect(Math.abs(live.clock.nowMs() - behind.clock.nowMs())).toBeLessThan(minuteMs);
    const after = await trades();
    expect(after.map(({ side }) => side)).toEqual(["BUY", "SELL"]);
    expect(Math.floor(after[1]!.time / minuteMs) * minuteMs).toBe(hit.openMs);
    await live.stop();
    live = await startExchangeSimulator({ market: { kind: "live", baseUrl: upstream.url }, clock: { kind: "real" }, ...options });
    expect(await trades()).toEqual(after);
  });

  test("after longer than the exchange gives minutes matches what it gives", async () => {
    const options = { stateFile: join(folder, "long.jsonl") };
    await live.stop();
    live = await startLive(options);
    await market("BUY");
    await conditional("STOP_MARKET", (Number((await trades())[0]!.price) * 0.5).toFixed(1));
    await live.stop();
    await plain(behind.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: startMs + 5_000 * minuteMs }));
    upstream.taken();
    live = await startExchangeSimulator({ market: { kind: "live", baseUrl: upstream.url }, clock: { kind: "real" }, ...options });
    expect(upstream.taken().filter((target) => target.includes("limit=1500"))).toHaveLength(2);
    expect((await ask("GET", "/fapi/v3/positionRisk")).body).toHaveLength(1);
  });
});

describe("the real clock", () => {
  test("looks by itself as long as something is open, and not after that", async () => {
    await live.stop();
    const now = await startExchangeSimulator({
      market: { kind: "live", baseUrl: upstream.url, pollMs: 1_000 },
      clock: { kind: "real" },
    });
    const order = (side: string) =>
      signed(now, "POST", "/fapi/v1/order", { symbol, side, type: "MARKET", quantity: "0.01" }, now.clock.nowMs());
    expect((await order("BUY")).status).toBe(200);
    upstream.taken();
    const looks = () => seen.push(...upstream.taken());
    const seen: string[] = [];
    await expect.poll(() => looks(), { timeout: 10_000, interval: 100 }).toBeGreaterThanOrEqual(4);
    expect((await order("SELL")).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    upstream.taken();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(upstream.taken()).toEqual([]);
    await now.stop();
    live = await startLive();
  }, 20_000);
});

describe("what following costs", () => {
  test("is nothing while nothing is open", async () => {
    upstream.taken();
    for (let minute = 1; minute <= 5; minute++) await step(startMs + minute * minuteMs);
    await ask("GET", "/fapi/v3/account");
    await ask("GET", "/fapi/v1/openAlgoOrders");
    expect(upstream.taken()).toEqual([]);
  });

  test("is at most 60 a minute with three positions at the pace that the poller keeps", async () => {
    for (const contract of [symbol, "ETHUSDT", "SOLUSDT"])
      expect((await market("BUY", contract === symbol ? "0.01" : "1", contract)).status).toBe(200);
    const everyMs = lookEveryMs(3, 5_000);
    // The first minute also asks for the day's turnover.
    for (let minute = 0, atMs = startMs; minute < 4; minute++) {
      upstream.weightTaken();
      for (const untilMs = atMs + minuteMs; atMs + everyMs <= untilMs; atMs += everyMs) await step(atMs + everyMs);
      expect(upstream.weightTaken()).toBeLessThanOrEqual(60);
    }
    expect([1, 2, 3, 15].map((contracts) => lookEveryMs(contracts, 5_000))).toEqual([5_000, 5_000, 6_793, 20_225]);
  });
});
