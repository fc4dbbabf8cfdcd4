import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ExchangeSimulator, startExchangeSimulator } from "../src/simulator.ts";
import { plain, type Reply, signed } from "./signed-request.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 0, 2);
const symbol = "BTCUSDT";
let simulator: ExchangeSimulator;

beforeEach(async () => {
  simulator = await startExchangeSimulator({
    market: { kind: "generated", symbols: 3, seed: "endpoints" },
    clock: { kind: "stepped", startMs },
    startingBalance: "100000",
  });
});

afterEach(() => simulator.stop());

const call = (method: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  signed(simulator, method, `/fapi/v1/${path}`, parameters, simulator.clock.nowMs());

/** The body of a request that must succeed. */
async function body<Body>(method: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<Body> {
  const reply = await call(method, path, parameters);
  expect(reply).toMatchObject({ status: 200 });
  return reply.body as Body;
}

const step = (forwardMs: number): Promise<Reply> =>
  plain(simulator.url, "POST", "/simulator/clock", {}, JSON.stringify({ nowMs: simulator.clock.nowMs() + forwardMs }));

const read = async <Body>(target: string): Promise<Body> => (await plain(simulator.url, "GET", target)).body as Body;

/** The mark price times a share, on the tick of 0.1. */
async function near(share: number): Promise<string> {
  const { markPrice } = await read<{ markPrice: string }>(`/fapi/v1/premiumIndex?symbol=${symbol}`);
  return (Math.round(Number(markPrice) * share * 10) / 10).toFixed(1);
}

const resting = async (share: number, id: string) => ({
  symbol,
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  quantity: "0.1",
  price: await near(share),
  newClientOrderId: id,
});

describe("plain orders", () => {
  test("are amended: price and quantity change, the same again is refused, and a price that crosses fills", async () => {
    await body("POST", "order", await resting(0.97, "first"));
    const lower = { symbol, origClientOrderId: "first", side: "BUY", quantity: "0.2", price: await near(0.96) };
    expect(await body("PUT", "order", lower)).toMatchObject({ status: "NEW", origQty: "0.2", clientOrderId: "first" });
    expect((await call("PUT", "order", lower)).body).toMatchObject({ code: -5027 });
    expect((await call("PUT", "order", { ...lower, origClientOrderId: "nobody" })).body).toMatchObject({ code: -2013 });
    expect(await body("PUT", "order", { ...lower, price: await near(1.01) })).toMatchObject({ status: "FILLED", executedQty: "0.2" });
  });

  test("come in batches of five, each with its own outcome, and are cancelled in batches", async () => {
    const good = await resting(0.95, "good");
    const reply = await call("POST", "batchOrders", { batchOrders: JSON.stringify([good, { ...good, quantity: "0" }, good]) });
    expect(reply).toMatchObject({ status: 200, body: [{ status: "NEW" }, { code: -4003 }, { code: -4116 }] });
    expect(reply.headers.get("x-mbx-order-count-10s")).toBe("5");
    expect(reply.headers.get("x-mbx-order-count-1m")).toBe("1");
    expect((await call("POST", "batchOrders", { batchOrders: JSON.stringify(Array(6).fill(good)) })).body).toMatchObject({ code: -4082 });
    const amendment = { symbol, origClientOrderId: "good", side: "BUY", quantity: "0.3", price: good.price };
    expect(await body("PUT", "batchOrders", { batchOrders: JSON.stringify([amendment]) })).toMatchObject([{ origQty: "0.3" }]);
    expect(await body("DELETE", "batchOrders", { symbol, origClientOrderIdList: JSON.stringify(["good", "nobody"]) })).toMatchObject([
      { status: "CANCELED" },
      { code: -2011 },
    ]);
  });

  test("are named in batches by ids above 2^53 without loss", async () => {
    const { orderId } = (await findOrderId("ETHUSDT")) as { orderId: string };
    expect(BigInt(orderId) > 2n ** 53n).toBe(true);
    expect(await body("DELETE", "batchOrders", { symbol: "ETHUSDT", orderIdList: `[${orderId}]` })).toMatchObject([{ status: "CANCELED" }]);
    expect(await body("DELETE", "batchOrders", { symbol: "ETHUSDT", orderidlist: `[${orderId}]` })).toMatchObject([{ code: -2011 }]);
    expect((await call("DELETE", "batchOrders", { symbol: "ETHUSDT" })).body).toMatchObject({ code: -1102 });
  });

  test("are cancelled by a countdown that nobody renews, conditional ones are not", async () => {
    await body("POST", "order", await resting(0.9, "counted"));
    const stop = { algoType: "CONDITIONAL", symbol, side: "SELL", type: "STOP_MARKET", quantity: "0.1", triggerPrice: await near(0.5) };
    await body("POST", "algoOrder", stop);
    expect(await body("POST", "countdownCancelAll", { symbol, countdownTime: "60000" })).toEqual({ symbol, countdownTime: "60000" });
    await step(40_000);
    await body("POST", "countdownCancelAll", { symbol, countdownTime: "60000" });
    await step(50_000);
    expect(await body("GET", "openOrders", { symbol })).toHaveLength(1);
    await step(20_000);
    expect(await body("GET", "openOrders", { symbol })).toHaveLength(0);
    expect(await body("GET", "openAlgoOrders", { symbol })).toHaveLength(1);
  });

  test("good till a date end then", async () => {
    const goodTillDate = String(simulator.clock.nowMs() + 700_000);
    // Milliseconds are not looked at.
    const almost = String(Number(goodTillDate) + 999);
    await body("POST", "order", { ...(await resting(0.9, "dated")), timeInForce: "GTD", goodTillDate: almost });
    expect(await body("GET", "openOrder", { symbol, origClientOrderId: "dated" })).toMatchObject({ goodTillDate: Number(goodTillDate) });
    await step(701_000);
    expect((await call("GET", "openOrder", { symbol, origClientOrderId: "dated" })).body).toMatchObject({ code: -2013 });
    expect(await body("GET", "order", { symbol, origClientOrderId: "dated" })).toMatchObject({ status: "CANCELED" });
  });

  test("are tried without being placed", async () => {
    expect(await body("POST", "order/test", await resting(0.9, "tried"))).toMatchObject({ status: "NEW", orderId: 0, origQty: "0.1" });
    expect((await call("POST", "order/test", { ...(await resting(0.9, "tried")), quantity: "0" })).body).toMatchObject({ code: -4003 });
    expect(await body("GET", "openOrders", { symbol })).toEqual([]);
  });

  test("may take their price from the book", async () => {
    const { bids } = await read<{ bids: [string, string][] }>(`/fapi/v1/depth?symbol=${symbol}&limit=5`);
    const { price: _, ...order } = await resting(1, "matched");
    expect(await body("POST", "order", { ...order, priceMatch: "QUEUE_5" })).toMatchObject({
      status: "NEW",
      price: bids[4]![0].replace(/\.0$/, ""),
    });
  });
});

async function findOrderId(other: string): Promise<unknown> {
  const { bidPrice } = await read<{ bidPrice: string }>(`/fapi/v1/ticker/bookTicker?symbol=${other}`);
  const price = (Math.round(Number(bidPrice) * 90) / 100).toFixed(2);
  const order = { symbol: other, side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.1", price, newClientOrderId: "large" };
  await body("POST", "order", order);
  const query = await signedText("openOrders", { symbol: other });
  return { orderId: /"orderId":(\d+)/.exec(query)![1] };
}

/** The answer as text, because JSON.parse loses the digits of large ids. */
async function signedText(path: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { signatureOf } = await import("../src/http/request-signature.ts");
  const query = new URLSearchParams({ ...parameters, timestamp: String(simulator.clock.nowMs()) }).toString();
  const signature = signatureOf(query, simulator.apiSecret);
  const response = await fetch(`${simulator.url}/fapi/v1/${path}?${query}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": simulator.apiKey },
  });
  return response.text();
}

describe("the account", () => {
  test("moves margin into an isolated position and out again, and remembers it", async () => {
    expect((await call("POST", "positionMargin", { symbol, amount: "10", type: "1" })).body).toMatchObject({ code: -4049 });
    await body("POST", "marginType", { symbol, marginType: "ISOLATED" });
    expect((await call("POST", "positionMargin", { symbol, amount: "10", type: "1" })).body).toMatchObject({ code: -4054 });
    await body("POST", "order", { symbol, side: "BUY", type: "MARKET", quantity: "0.1" });
    const before = await body<{ isolatedWallet: string; liquidationPrice: string }[]>("GET", "../v3/positionRisk", { symbol });
    expect(await body("POST", "positionMargin", { symbol, amount: "100", type: "1" })).toMatchObject({ code: 200, amount: 100, type: 1 });
    const after = await body<{ isolatedWallet: string; liquidationPrice: string }[]>("GET", "../v3/positionRisk", { symbol });
    expect(Number(after[0]!.isolatedWallet) - Number(before[0]!.isolatedWallet)).toBeCloseTo(100, 6);
    expect(Number(after[0]!.liquidationPrice)).toBeLessThan(Number(before[0]!.liquidationPrice));
    expect((await call("POST", "positionMargin", { symbol, amount: "5000", type: "2" })).body).toMatchObject({ code: -4051 });
    await body("POST", "positionMargin", { symbol, amount: "50", type: "2" });
    expect(await body("GET", "positionMargin/history", { symbol })).toMatchObject([
      { amount: "100", type: 1 },
      { amount: "50", type: 2 },
    ]);
  });

  test("refuses hedge mode and multi-assets mode in words, and says what is already so", async () => {
    expect((await call("POST", "positionSide/dual", { dualSidePosition: "true" })).body).toMatchObject({ code: -4402 });
    expect((await call("POST", "multiAssetsMargin", { multiAssetsMargin: "true" })).body).toMatchObject({ code: -4402 });
    expect((await call("POST", "multiAssetsMargin", { multiAssetsMargin: "false" })).body).toMatchObject({ code: -4171 });
  });

  test.each([
    [
      "rateLimit/order",
      [
        { interval: "SECOND", intervalNum: 10, limit: 300 },
        { interval: "MINUTE", limit: 1_200 },
      ],
    ],
    ["feeBurn", { feeBurn: false }],
    ["apiTradingStatus", { indicators: {} }],
    ["adlQuantile", []],
    ["forceOrders", []],
    ["accountConfig", { canTrade: true, canWithdraw: false, dualSidePosition: false }],
  ])("%s is answered", async (path, shape) => {
    expect(await body("GET", path)).toMatchObject(shape as object);
  });

  test("lists every contract in the older account version", async () => {
    const account = await body<{ positions: { symbol: string; leverage: string }[] }>("GET", "../v2/account");
    expect(account).toMatchObject({ canTrade: true, totalWalletBalance: "100000.00000000" });
    expect(account.positions).toHaveLength(8);
    expect(account.positions[0]).toMatchObject({ symbol, leverage: "20", isolated: false, positionAmt: "0" });
  });

  test("knows the income types that exist", async () => {
    expect(await body("GET", "income", { incomeType: "TRANSFER" })).toMatchObject([{ income: "100000" }]);
    expect(await body("GET", "income", { incomeType: "API_REBATE" })).toEqual([]);
    expect((await call("GET", "income", { incomeType: "GIFT" })).body).toMatchObject({ code: -1130 });
  });
});

describe("the market", () => {
  test("shows a book whose sides do not cross and whose best prices are the book ticker's", async () => {
    const { bids, asks } = await read<Record<"bids" | "asks", [string, string][]>>(`/fapi/v1/depth?symbol=${symbol}&limit=50`);
    const ticker = await read<Record<string, string>>(`/fapi/v1/ticker/bookTicker?symbol=${symbol}`);
    expect([bids.length, asks.length]).toEqual([50, 50]);
    expect([bids[0], asks[0]]).toEqual([
      [ticker.bidPrice, ticker.bidQty],
      [ticker.askPrice, ticker.askQty],
    ]);
    expect(Number(bids[0]![0])).toBeLessThan(Number(asks[0]![0]));
    expect((await plain(simulator.url, "GET", `/fapi/v1/depth?symbol=${symbol}&limit=7`)).body).toMatchObject({ code: -4021 });
  });

  test("tells mark, index and premium as candles that agree with each other and with the premium index", async () => {
    const query = "interval=1m&limit=3";
    const [mark, index, premium] = await Promise.all([
      read<string[][]>(`/fapi/v1/markPriceKlines?symbol=${symbol}&${query}`),
      read<string[][]>(`/fapi/v1/indexPriceKlines?pair=${symbol}&${query}`),
      read<string[][]>(`/fapi/v1/premiumIndexKlines?symbol=${symbol}&${query}`),
    ]);
    const now = await read<Record<string, string>>(`/fapi/v1/premiumIndex?symbol=${symbol}`);
    expect([mark.length, index.length, premium.length]).toEqual([3, 3, 3]);
    expect(mark.at(-1)![4]).toBe(now.markPrice);
    expect(Number(mark[0]![1]) / Number(index[0]![1]) - 1).toBeCloseTo(Number(premium[0]![1]), 7);
    expect((await plain(simulator.url, "GET", `/fapi/v1/markPriceKlines?symbol=${symbol}&interval=4h`)).body).toMatchObject({
      code: -1120,
    });
  });

  test("gives the candles of a pair's perpetual as those of its symbol", async () => {
    const query = "interval=15m&limit=4";
    expect(await read(`/fapi/v1/continuousKlines?pair=${symbol}&contractType=PERPETUAL&${query}`)).toEqual(
      await read(`/fapi/v1/klines?symbol=${symbol}&${query}`),
    );
  });

  test("tells open interest, its history and the taker flow of the candles", async () => {
    const { openInterest } = await read<{ openInterest: string }>(`/fapi/v1/openInterest?symbol=${symbol}`);
    const history = await read<{ sumOpenInterest: string; timestamp: number }[]>(
      `/futures/data/openInterestHist?symbol=${symbol}&period=1h&limit=3`,
    );
    const taker = await read<Record<string, string>[]>(`/futures/data/takerlongshortRatio?symbol=${symbol}&period=1h&limit=3`);
    expect(Number(history.at(-1)!.sumOpenInterest) / Number(openInterest)).toBeCloseTo(1, 2);
    expect(history.map(({ timestamp }) => timestamp)).toEqual([8, 9, 10].map((hour) => Date.UTC(2026, 10, 21, hour)));
    expect(taker).toHaveLength(3);
    for (const { buySellRatio, buyVol, sellVol } of taker) expect(Number(buySellRatio)).toBeCloseTo(Number(buyVol) / Number(sellVol), 3);
    expect(await read("/futures/data/basis?pair=BTCUSDT&contractType=PERPETUAL&period=1h&limit=1")).toHaveLength(1);
  });

  test("counts what is asked for and does not exist", async () => {
    for (let asked = 0; asked < 3; asked++) {
      expect((await plain(simulator.url, "GET", "/fapi/v1/indexInfo?symbol=BTCUSDT")).status).toBe(404);
    }
    expect((await call("POST", "listenKeys")).status).toBe(404);
    expect(await read("/simulator/health")).toMatchObject({
      unknownEndpoints: { "GET /fapi/v1/indexInfo": 3, "POST /fapi/v1/listenKeys": 1 },
    });
  });

  test("limits funding requests apart from the weight", async () => {
    const asked = async () => plain(simulator.url, "GET", "/fapi/v1/fundingInfo");
    for (let count = 0; count < 500; count++) await asked();
    expect(await asked()).toMatchObject({ status: 429, body: { code: -1003 } });
    expect((await plain(simulator.url, "GET", "/fapi/v1/ping")).status).toBe(200);
    await step(300_000);
    expect((await asked()).status).toBe(200);
  });
});

describe("what is told of others", () => {
  test.each(["topLongShortPositionRatio", "topLongShortAccountRatio", "globalLongShortAccountRatio"])(
    "%s adds up, and differs",
    async (name) => {
      type Ratio = { symbol: string; longShortRatio: string; longAccount: string; shortAccount: string; timestamp: number };
      const rows = await read<Ratio[]>(`/futures/data/${name}?symbol=${symbol}&period=4h&limit=40`);
      expect(rows).toHaveLength(40);
      for (const { longShortRatio, longAccount, shortAccount } of rows) {
        expect(Number(longAccount) + Number(shortAccount)).toBeCloseTo(1, 6);
        expect(Number(longShortRatio)).toBeCloseTo(Number(longAccount) / Number(shortAccount), 4);
      }
      expect(new Set(rows.map(({ longAccount }) => longAccount)).size).toBeGreaterThan(30);
      const old = `/futures/data/${name}?symbol=${symbol}&period=4h&startTime=${startMs - 31 * 86_400_000}`;
      expect((await plain(simulator.url, "GET", old)).body).toMatchObject({ code: -1130 });
    },
  );

  test("the hours of stock exchanges: a week each way without a gap, closed on Saturday, regular at noon in New York", async () => {
    type Sessions = { sessions: { startTime: number; endTime: number; type: string }[] };
    const { marketSchedules } = await read<{ marketSchedules: Record<string, Sessions> }>("/fapi/v1/tradingSchedule");
    expect(Object.keys(marketSchedules)).toEqual(["EQUITY", "COMMODITY", "KR_EQUITY", "HK_EQUITY", "CN_EQUITY", "FX"]);
    for (const { sessions } of Object.values(marketSchedules)) {
      expect(sessions.at(-1)!.endTime - sessions[0]!.startTime).toBe(15 * 86_400_000);
      for (const [index, { startTime }] of sessions.entries()) if (index > 0) expect(startTime).toBe(sessions[index - 1]!.endTime);
    }
    const at = (atMs: number) =>
      marketSchedules.EQUITY!.sessions.find(({ startTime, endTime }) => startTime <= atMs && atMs < endTime)?.type;
    // The 21st of November 2026 is a Saturday.
    expect(at(Date.UTC(2026, 10, 21, 17))).toBe("NO_TRADING");
    expect(at(Date.UTC(2026, 10, 20, 17))).toBe("REGULAR");
    expect(at(Date.UTC(2026, 10, 20, 10))).toBe("PRE_MARKET");
  });

  test("older trades by their ids, for whoever has a key", async () => {
    type Trade = { id: number; time: number };
    const latest = await read<Trade[]>(`/fapi/v1/trades?symbol=${symbol}&limit=3`);
    const key = { "X-MBX-APIKEY": simulator.apiKey };
    const from = latest[0]!.id - 1_000_000;
    const target = `/fapi/v1/historicalTrades?symbol=${symbol}&fromId=${from}&limit=5`;
    expect((await plain(simulator.url, "GET", target)).body).toMatchObject({ code: -2014 });
    const older = (await plain(simulator.url, "GET", target, key)).body as Trade[];
    expect(older).toHaveLength(5);
    expect(older[0]!.id).toBeGreaterThanOrEqual(from);
    expect(older.at(-1)!.time).toBeLessThan(latest[0]!.time);
    // A month back and no further.
    expect(older[0]!.time).toBeGreaterThanOrEqual(startMs - 30 * 86_400_000 - 5_000);
  });

  test("one constituent of an index, whose price is the index, and which is hidden for stocks", async () => {
    const { indexPrice } = await read<{ indexPrice: string }>(`/fapi/v1/premiumIndex?symbol=${symbol}`);
    expect(await read(`/fapi/v1/constituents?symbol=${symbol}`)).toMatchObject({ symbol, constituents: [{ price: indexPrice, symbol }] });
    expect(await read("/fapi/v1/constituents?symbol=NVTKUSDT")).toMatchObject({ constituents: [{ price: "-1" }] });
  });
});
