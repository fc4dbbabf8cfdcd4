import { WebsocketClient } from "binance";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, signed } from "./signed-request.ts";
import { connectStream, type StreamClient } from "./stream-client.ts";

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);

let simulator: ExchangeSimulator;
const open: StreamClient[] = [];

beforeAll(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 20, seed: "streams" },
    clock: { kind: "stepped", startMs },
    weightLimitPerMinute: 1_000_000,
  });
});
afterAll(() => simulator.stop());
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

async function connect(path: string): Promise<StreamClient> {
  const client = await connectStream(`${simulator.url}${path}`);
  open.push(client);
  return client;
}

/** Moves the clock as a driver does, so that everything up to there is matched and told. */
async function advance(ms: number): Promise<void> {
  const reply = await plain(
    simulator.url,
    "POST",
    "/simulator/clock",
    { "content-type": "application/json" },
    JSON.stringify({ nowMs: simulator.clock.nowMs() + ms }),
  );
  expect(reply.status).toBe(200);
}

const listenKey = async (method: string) => plain(simulator.url, method, "/fapi/v1/listenKey", { "X-MBX-APIKEY": simulator.apiKey });
const trade = (method: string, path: string, parameters: Readonly<Record<string, string>>) =>
  signed(simulator, method, path, parameters, simulator.clock.nowMs());

const isEvent = (name: string) => (message: Readonly<Record<string, unknown>>) => message.e === name;
const order = (message: Readonly<Record<string, unknown>>) => message.o as Readonly<Record<string, unknown>>;

describe("a market stream", () => {
  test("tells each candle once as closed, in order, however far the clock jumps, and exactly as REST does", async () => {
    const client = await connect("/market/ws/btcusdt@kline_1m");
    await client.until(isEvent("kline"));
    const fromMs = Math.floor(simulator.clock.nowMs() / minuteMs) * minuteMs;
    await advance(30_000);
    await advance(5 * minuteMs);
    await advance(minuteMs);
    const untilMs = Math.floor(simulator.clock.nowMs() / minuteMs) * minuteMs;
    await client.until((message) => (message.k as { t: number }).t === untilMs);

    const candles = client.messages.map(({ k }) => k as Readonly<Record<string, unknown>>);
    const closed = candles.filter(({ x }) => x === true);
    const rest = await plain(simulator.url, "GET", `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${fromMs}&limit=${closed.length}`);
    expect(closed.map(({ t }) => t)).toEqual(closed.map((_, index) => fromMs + index * minuteMs));
    expect(closed.length).toBe((untilMs - fromMs) / minuteMs);
    expect(closed.map(({ o, h, l, c, v, q }) => [o, h, l, c, v, q])).toEqual(
      (rest.body as string[][]).map((row) => [row[1], row[2], row[3], row[4], row[5], row[7]]),
    );
    expect(candles.filter(({ x }) => x === false).length).toBeGreaterThan(0);
  });

  test.each([
    ["/market/ws/btcusdt@markPrice@1s", "markPriceUpdate"],
    ["/market/ws/btcusdt@ticker", "24hrTicker"],
    ["/market/ws/btcusdt@miniTicker", "24hrMiniTicker"],
    ["/market/ws/btcusdt@aggTrade", "aggTrade"],
    ["/market/ws/btcusdt_perpetual@continuousKline_15m", "continuous_kline"],
    ["/public/ws/btcusdt@trade", "trade"],
    ["/public/ws/btcusdt@bookTicker", "bookTicker"],
    ["/public/ws/btcusdt@depth5", "depthUpdate"],
    ["/public/ws/btcusdt@depth@100ms", "depthUpdate"],
    ["/public/ws/!bookTicker", "bookTicker"],
    ["/ws/btcusdt@bookTicker", "bookTicker"],
  ])("%s brings %s", async (path, event) => {
    const client = await connect(path);
    await advance(10_000);
    await advance(10_000);

    expect(await client.until(isEvent(event))).toMatchObject({ e: event });
  });

  test("of all contracts comes as one list", async () => {
    const client = await connect("/market/ws/!markPrice@arr@1s");
    await advance(2_000);
    const list = (await client.until(Array.isArray)) as unknown as { e: string; s: string }[];

    expect(list.length).toBeGreaterThanOrEqual(20);
    expect(list.every(({ e }) => e === "markPriceUpdate")).toBe(true);
  });

  test("of the book can be kept up to date without a gap, and equals the book asked for", async () => {
    const client = await connect("/public/ws/ethusdt@depth@100ms");
    const depth = async () =>
      (await plain(simulator.url, "GET", "/fapi/v1/depth?symbol=ETHUSDT&limit=1000")).body as {
        lastUpdateId: number;
        bids: [string, string][];
        asks: [string, string][];
      };
    const snapshot = await depth();
    for (let step = 0; step < 5; step++) await advance(700);
    const nowMs = simulator.clock.nowMs();
    await client.until(({ u }) => u === nowMs);
    const book = await depth();

    const updates = client.messages as unknown as readonly {
      U: number;
      u: number;
      pu: number;
      b: [string, string][];
      a: [string, string][];
    }[];
    for (const [index, update] of updates.entries()) if (index > 0) expect(update.pu).toBe(updates[index - 1]?.u);
    // As documented: what ends before the snapshot is dropped, and the first of the rest reaches over it.
    expect(updates.find(({ u }) => u >= snapshot.lastUpdateId)?.U).toBeLessThanOrEqual(snapshot.lastUpdateId);
    const kept = (side: "a" | "b") => {
      const levels = new Map(side === "b" ? snapshot.bids : snapshot.asks);
      for (const update of updates)
        for (const [price, quantity] of update[side]) quantity === "0" ? levels.delete(price) : levels.set(price, quantity);
      return Object.fromEntries(levels);
    };
    expect(kept("b")).toEqual(Object.fromEntries(book.bids));
    expect(kept("a")).toEqual(Object.fromEntries(book.asks));
  });

  test("of trades adds up to the volume of the candles, trade by trade as REST tells them", async () => {
    await advance(minuteMs - (simulator.clock.nowMs() % minuteMs));
    const fromMs = simulator.clock.nowMs();
    const client = await connect("/market/ws/btcusdt@aggTrade");
    while (client.messages.length === 0) await advance(1_000);
    await advance(4 * minuteMs);
    await advance(minuteMs - (simulator.clock.nowMs() % minuteMs));
    const untilMs = simulator.clock.nowMs();
    await client.until(({ T }) => T === untilMs - 1);
    const window = `symbol=BTCUSDT&startTime=${fromMs}&endTime=${untilMs - 1}`;
    const trades = (await plain(simulator.url, "GET", `/fapi/v1/aggTrades?${window}&limit=1000`)).body as { a: number; q: string }[];
    const rows = (await plain(simulator.url, "GET", `/fapi/v1/klines?${window}&interval=1m`)).body as string[][];

    expect(client.messages.map(({ a, p, q, T, m }) => ({ a, p, q, T, m }))).toEqual(
      (trades as unknown as Record<string, unknown>[]).slice(-client.messages.length).map(({ a, p, q, T, m }) => ({ a, p, q, T, m })),
    );
    expect(trades.reduce((sum, { q }) => sum + Number(q), 0)).toBeCloseTo(
      rows.reduce((sum, row) => sum + Number(row[5]), 0),
      6,
    );
    expect(trades.length - client.messages.length).toBeLessThanOrEqual(1);
  });
});

describe("a connection", () => {
  test("gets the streams of its own path only, and the others silently not", async () => {
    const client = await connect("/ws/btcusdt@kline_1m");
    client.send({ method: "SUBSCRIBE", params: ["btcusdt@bookTicker", "nonsense"], id: 1 });
    expect(await client.until(({ id }) => id === 1)).toEqual({ result: null, id: 1 });
    await advance(120_000);
    await client.until(isEvent("bookTicker"));
    const streams = (await plain(simulator.url, "GET", "/simulator/streams")).body as { streams: object[] }[];

    expect(client.messages.some(isEvent("kline"))).toBe(false);
    expect(streams[0]?.streams).toEqual([
      { name: "btcusdt@kline_1m", delivers: false },
      { name: "btcusdt@bookTicker", delivers: true },
      { name: "nonsense", delivers: false },
    ]);
  });

  test("carries several streams, is asked for them, and lets go of them", async () => {
    const client = await connect("/market/stream?streams=btcusdt@kline_15m/ethusdt@markPrice@1s");
    await advance(1_500);
    expect(await client.until(({ stream }) => stream === "ethusdt@markPrice@1s")).toMatchObject({ data: { s: "ETHUSDT" } });
    client.send({ method: "LIST_SUBSCRIPTIONS", id: 7 });
    expect(await client.until(({ id }) => id === 7)).toEqual({ result: ["btcusdt@kline_15m", "ethusdt@markPrice@1s"], id: 7 });
    client.send({ method: "UNSUBSCRIBE", params: ["ethusdt@markPrice@1s"], id: 8 });
    await client.until(({ id }) => id === 8);
    const before = client.messages.length;
    await advance(5_000);
    await client.until(({ stream }) => stream === "btcusdt@kline_15m", before);

    expect(client.messages.slice(before).some(({ stream }) => stream === "ethusdt@markPrice@1s")).toBe(false);
  });

  test("says what it does not understand", async () => {
    const client = await connect("/public/ws");
    client.send("{half");
    client.send({ method: "DANCE", id: 2 });
    client.send({ method: "SET_PROPERTY", params: ["combined", "yes"], id: 3 });
    client.send({ method: "SET_PROPERTY", params: ["combined", true], id: 4 });
    client.send({ method: "GET_PROPERTY", params: ["combined"], id: 5 });
    await client.until(({ id }) => id === 5);

    expect(client.messages).toEqual([
      { error: { code: 3, msg: expect.stringContaining("Invalid JSON") } },
      { error: { code: 2, msg: expect.stringContaining("DANCE") }, id: 2 },
      { error: { code: 1, msg: "Invalid value type: expected Boolean" }, id: 3 },
      { result: null, id: 4 },
      { result: true, id: 5 },
    ]);
  });

  test("that sends more than ten messages a second is let go", async () => {
    const client = await connect("/public/ws");
    for (let id = 0; id < 11; id++) client.send({ method: "LIST_SUBSCRIPTIONS", id });

    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  test("with more than 1,024 streams is let go", async () => {
    const client = await connect("/public/ws");
    client.send({ method: "SUBSCRIBE", params: Array.from({ length: 1_025 }, (_, index) => `x${index}usdt@bookTicker`), id: 1 });

    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  test("ends after 24 hours of the market", async () => {
    const client = await connect("/public/ws/btcusdt@bookTicker");
    await advance(86_400_000);

    expect(await client.closed).toMatchObject({ code: 1001 });
  });

  test("to a path that is none, or with a listenKey that is none, is refused", async () => {
    await expect(connectStream(`${simulator.url}/fapi/ws`)).rejects.toThrow();
    await expect(connectStream(`${simulator.url}/private/ws/abc`)).rejects.toThrow();
  });
});

describe("a listenKey", () => {
  test("is one per account, lives an hour, and longer with each sign of life", async () => {
    const [first, again] = [await listenKey("POST"), await listenKey("POST")];
    expect(first.body).toEqual(again.body);
    await advance(50 * minuteMs);
    expect((await listenKey("PUT")).body).toEqual(first.body);
    await advance(50 * minuteMs);
    expect((await listenKey("POST")).body).toEqual(first.body);
    await advance(61 * minuteMs);
    expect((await listenKey("PUT")).body).toMatchObject({ code: -1125 });
    expect((await listenKey("POST")).body).not.toEqual(first.body);
    expect((await listenKey("DELETE")).body).toEqual({});
    expect((await listenKey("DELETE")).body).toMatchObject({ code: -1125 });
  });

  test("needs the API key and no signature", async () => {
    expect(await plain(simulator.url, "POST", "/fapi/v1/listenKey")).toMatchObject({ status: 401, body: { code: -2014 } });
  });

  test("that expires says so and ends the stream", async () => {
    const { listenKey: key } = (await listenKey("POST")).body as { listenKey: string };
    const client = await connect(`/private/ws/${key}`);
    await advance(61 * minuteMs);

    expect(await client.until(isEvent("listenKeyExpired"))).toMatchObject({ listenKey: key });
    expect(await client.closed).toMatchObject({ code: 1001 });
  });
});

describe("the private stream", () => {
  test("tells the life of a position: order, fill, balance, stop, trigger, end", async () => {
    const { listenKey: key } = (await listenKey("POST")).body as { listenKey: string };
    const client = await connect(`/private/ws/${key}`);
    const symbol = "ETHUSDT";
    await trade("POST", "/fapi/v1/leverage", { symbol, leverage: "7" });
    const bought = await trade("POST", "/fapi/v1/order", {
      symbol,
      side: "BUY",
      type: "MARKET",
      quantity: "0.5",
      newClientOrderId: "in-1",
    });
    expect(bought.status).toBe(200);
    const mark = Number(
      ((await plain(simulator.url, "GET", `/fapi/v1/premiumIndex?symbol=${symbol}`)).body as { markPrice: string }).markPrice,
    );
    const stop = {
      algoType: "CONDITIONAL",
      symbol,
      side: "SELL",
      type: "STOP_MARKET",
      closePosition: "true",
      clientAlgoId: "stop-1",
      workingType: "MARK_PRICE",
    };
    await trade("POST", "/fapi/v1/algoOrder", { ...stop, triggerPrice: (Math.round(mark * 0.998 * 10) / 10).toFixed(1) });
    for (let step = 0; step < 200 && !client.messages.some((message) => order(message)?.X === "FINISHED"); step++) {
      await advance(10 * minuteMs);
      await listenKey("PUT");
    }

    const kinds = client.messages.map(
      (message) =>
        `${message.e}${message.o === undefined || typeof message.o === "string" ? "" : `:${order(message).x ?? ""}${order(message).X}`}`,
    );
    expect(kinds.slice(0, 1)).toEqual(["ACCOUNT_CONFIG_UPDATE"]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        "ORDER_TRADE_UPDATE:TRADEFILLED",
        "TRADE_LITE",
        "ACCOUNT_UPDATE",
        "ALGO_UPDATE:NEW",
        "ALGO_UPDATE:TRIGGERED",
        "ALGO_UPDATE:FINISHED",
      ]),
    );
    const filled = client.messages.find((message) => isEvent("ORDER_TRADE_UPDATE")(message) && order(message).X === "FILLED")!;
    expect(order(filled)).toMatchObject({ s: symbol, c: "in-1", S: "BUY", q: "0.5", z: "0.5", N: "USDT" });
    const updates = client.messages
      .filter(isEvent("ACCOUNT_UPDATE"))
      .map(({ a }) => a as { m: string; B: { wb: string }[]; P: { pa: string; s: string }[] });
    const account = (await trade("GET", "/fapi/v3/account", {})).body as { totalWalletBalance: string };
    expect(updates[0]).toMatchObject({ m: "ORDER", P: [{ s: symbol, pa: "0.5" }] });
    expect(updates.at(-1)?.P[0]?.pa).toBe("0");
    expect(Number(updates.at(-1)?.B[0]?.wb)).toBe(Number(account.totalWalletBalance));
  });

  test("can be named after connecting, as the exchange's own library does, and is silent under a wrong key", async () => {
    const { listenKey: key } = (await listenKey("POST")).body as { listenKey: string };
    const client = await connect("/private/stream?streams=");
    client.send({ method: "SUBSCRIBE", params: [key, "not-a-key"], id: 1 });
    await client.until(({ id }) => id === 1);
    await trade("POST", "/fapi/v1/order", { symbol: "ETHUSDT", side: "BUY", type: "MARKET", quantity: "0.1" });

    expect(await client.until(({ stream }) => stream !== undefined)).toMatchObject({ stream: key, data: { e: "ORDER_TRADE_UPDATE" } });
    expect(client.messages.some(({ stream }) => stream === "not-a-key")).toBe(false);
  });

  test("keeps to the events that are wanted, wrapped where the path wraps them, with ids in full", async () => {
    const { listenKey: key } = (await listenKey("POST")).body as { listenKey: string };
    const socket = new WebSocket(`${simulator.url.replace("http", "ws")}/private/stream?listenKey=${key}&events=ORDER_TRADE_UPDATE`);
    const texts: string[] = [];
    socket.addEventListener("message", ({ data }) => texts.push(String(data)));
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const answer = await trade("POST", "/fapi/v1/order", { symbol: "ETHUSDT", side: "BUY", type: "MARKET", quantity: "0.1" });
    while (!texts.some((text) => text.includes('"FILLED"'))) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.close();

    expect(answer.status).toBe(200);
    expect(texts.every((text) => text.startsWith(`{"stream":"${key}","data":{"e":"ORDER_TRADE_UPDATE"`))).toBe(true);
    expect(texts.at(-1)).toMatch(/"i":8389\d{15},/);
  });
});

test("on a running clock the account's stream tells what happens without anybody asking", async () => {
  const running = await startExchangeSimulator({
    market: { kind: "generated", symbols: 5, seed: "running" },
    clock: { kind: "accelerated", startMs, speed: 600 },
    weightLimitPerMinute: 1_000_000,
  });
  const request = (method: string, path: string, parameters: Readonly<Record<string, string>>) =>
    signed(running, method, path, parameters, running.clock.nowMs());
  const { listenKey: key } = (await plain(running.url, "POST", "/fapi/v1/listenKey", { "X-MBX-APIKEY": running.apiKey })).body as {
    listenKey: string;
  };
  const client = await connectStream(`${running.url}/private/ws/${key}`);
  const symbol = "BTCUSDT";
  await request("POST", "/fapi/v1/order", { symbol, side: "BUY", type: "MARKET", quantity: "0.02" });
  const ticker = (await plain(running.url, "GET", `/fapi/v1/ticker/bookTicker?symbol=${symbol}`)).body as { askPrice: string };
  await request("POST", "/fapi/v1/order", {
    symbol,
    side: "SELL",
    type: "LIMIT",
    timeInForce: "GTC",
    quantity: "0.02",
    price: (Number(ticker.askPrice) * 1.0001).toFixed(1),
  });

  // Six seconds are an hour here, which is all that a key lives without a sign of life.
  const alive = setInterval(() => void plain(running.url, "PUT", "/fapi/v1/listenKey", { "X-MBX-APIKEY": running.apiKey }), 1_000);
  const closed = await client.until(
    (message) => isEvent("ORDER_TRADE_UPDATE")(message) && order(message).S === "SELL" && order(message).X === "FILLED",
  );
  clearInterval(alive);
  client.close();
  await running.stop();
  expect(order(closed)).toMatchObject({ o: "LIMIT", m: true });
}, 20_000);

describe("the binance package's own websocket client", () => {
  test("gets candles, book and account over all three paths", async () => {
    const wsUrl = simulator.url.replace("http", "ws");
    const logger = { trace: () => undefined, info: () => undefined, error: () => undefined };
    const client = new WebsocketClient(
      { api_key: simulator.apiKey, api_secret: simulator.apiSecret, wsUrl, restOptions: { baseUrl: simulator.url } },
      logger,
    );
    const seen = new Set<string>();
    const all = Promise.withResolvers<void>();
    client.on("message", (message) => {
      const event = message as { e?: string; data?: { e?: string } };
      seen.add(event.e ?? event.data?.e ?? "?");
      if (["kline", "bookTicker", "ORDER_TRADE_UPDATE"].every((name) => seen.has(name))) all.resolve();
    });
    client.on("exception", () => undefined);
    await client.subscribe(["btcusdt@kline_1m", "btcusdt@bookTicker"], "usdm");
    await client.subscribeUsdFuturesUserDataStream();
    const moving = setInterval(() => {
      void advance(2_000).then(() => trade("POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" }));
    }, 200);

    await all.promise;
    clearInterval(moving);
    client.closeAll(true);
    expect([...seen]).toEqual(expect.arrayContaining(["kline", "bookTicker", "ORDER_TRADE_UPDATE"]));
  }, 20_000);
});
