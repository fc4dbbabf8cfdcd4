import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { toText } from "@winiswin/domain/decimal";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StubExchange, startStubExchange, steppedClock, type WireRequest } from "../test/stub-exchange.ts";
import { createBinanceOrderGateway } from "./order-gateway.ts";

const nowMs = Date.parse("2024-03-31T00:15:02.000Z");
const dayMs = 86_400_000;

let exchange: StubExchange;
let gateway: OrderGateway;

beforeEach(async () => {
  exchange = await startStubExchange();
  gateway = createBinanceOrderGateway({
    baseUrl: exchange.baseUrl,
    apiKey: "key",
    apiSecret: "secret",
    clock: steppedClock(nowMs),
    timeoutMs: 2_000,
  });
});
afterEach(() => exchange.close());

const trade = (id: number, time: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  symbol: "BTCUSDT",
  id,
  orderId: 500 + id,
  side: "SELL",
  price: "62000.10",
  qty: "0.010",
  quoteQty: "620.0010",
  realizedPnl: "-3.25000000",
  commission: "0.31000050",
  commissionAsset: "USDT",
  time,
  positionSide: "BOTH",
  buyer: false,
  maker: false,
  ...changes,
});

/** A memory of fills that answers by the documented rules: id or times, at most a week, at most `limit` rows. */
const memoryOf = (trades: readonly ReturnType<typeof trade>[]) => (request: WireRequest) => {
  const read = (name: string) => (request.query.has(name) ? Number(request.query.get(name)) : undefined);
  const [fromId, startTime, endTime, limit] = [read("fromId"), read("startTime"), read("endTime"), read("limit") ?? 500];
  if (fromId !== undefined && startTime !== undefined)
    return { status: 400, json: { code: -1128, msg: "Combination of optional parameters invalid." } };
  const until = endTime ?? (startTime === undefined ? Number.POSITIVE_INFINITY : startTime + 7 * dayMs);
  if (startTime !== undefined && until - startTime > 7 * dayMs)
    return { status: 400, json: { code: -4166, msg: "Search window is restricted." } };
  const matching = trades.filter(({ id, time }) => (fromId === undefined ? time >= (startTime ?? 0) && time <= until : id >= fromId));
  return { json: matching.slice(0, limit) };
};

describe("fillsSince", () => {
  it("reads a fill exactly", async () => {
    exchange.answer("GET /fapi/v1/userTrades", memoryOf([trade(1, nowMs - 1_000)]));

    const [fill] = await gateway.fillsSince("BTCUSDT", nowMs - 2_000);

    expect(fill).toMatchObject({ fillId: "1", orderId: "501", symbol: "BTCUSDT", side: "sell", timeMs: nowMs - 1_000 });
    expect(fill && [fill.price, fill.quantity, fill.fee, fill.realisedProfit].map(toText)).toEqual([
      "62000.1",
      "0.01",
      "0.3100005",
      "-3.25",
    ]);
  });

  it("sees a fill that the exchange's clock stamped after ours", async () => {
    exchange.answer("GET /fapi/v1/userTrades", memoryOf([trade(1, nowMs + 300)]));

    expect(await gateway.fillsSince("BTCUSDT", nowMs - 2_000)).toHaveLength(1);
  });

  it("goes back week by week, and no further than the exchange remembers", async () => {
    const trades = [trade(1, nowMs - 29 * dayMs), trade(2, nowMs - 15 * dayMs), trade(3, nowMs - dayMs)];
    exchange.answer("GET /fapi/v1/userTrades", memoryOf(trades));

    const fills = await gateway.fillsSince("BTCUSDT", nowMs - 30 * dayMs);
    const asked = exchange.requests.length;
    await gateway.fillsSince("BTCUSDT", 0);

    expect(fills.map(({ fillId }) => fillId)).toEqual(["1", "2", "3"]);
    expect(asked).toBe(5);
    expect(exchange.requests.length - asked).toBe(13);
    expect(Number(exchange.requests[asked]?.query.get("startTime"))).toBe(nowMs - 89 * dayMs);
  });

  it("gets every fill once where more than a page share one millisecond", async () => {
    const trades = Array.from({ length: 2_500 }, (_, index) => trade(index + 1, nowMs - 9 * dayMs));
    exchange.answer("GET /fapi/v1/userTrades", memoryOf([...trades, trade(3_000, nowMs - dayMs)]));

    const fills = await gateway.fillsSince("BTCUSDT", nowMs - 10 * dayMs);

    expect(fills).toHaveLength(2_501);
    expect(new Set(fills.map(({ fillId }) => fillId)).size).toBe(2_501);
    expect(fills.at(-1)?.fillId).toBe("3000");
  });

  it("values a fee paid in BNB at BNB's price in the minute of the fill, asking once a minute", async () => {
    const inBnb = { commission: "0.001", commissionAsset: "BNB" };
    const minuteMs = Math.floor((nowMs - 60_000) / 60_000) * 60_000;
    exchange.answer("GET /fapi/v1/userTrades", memoryOf([trade(1, minuteMs + 5, inBnb), trade(2, minuteMs + 9, inBnb)]));
    exchange.answer("GET /fapi/v1/klines", {
      json: [[minuteMs, "600", "601", "599", "600.5", "1", minuteMs + 59_999, "600", 1, "1", "600", "0"]],
    });

    const fills = await gateway.fillsSince("BTCUSDT", nowMs - 120_000);

    expect(fills.map(({ fee }) => toText(fee))).toEqual(["0.6005", "0.6005"]);
    expect(exchange.sent("GET /fapi/v1/klines").map(({ rawQuery }) => rawQuery)).toEqual([
      `symbol=BNBUSDT&interval=1m&startTime=${minuteMs}&limit=1`,
    ]);
  });

  it("keeps a fill whose fee was paid in an asset without a price, with a fee of 0", async () => {
    exchange.answer("GET /fapi/v1/userTrades", memoryOf([trade(1, nowMs - 1_000, { commissionAsset: "BNFCR" })]));
    exchange.answer("GET /fapi/v1/klines", { status: 400, json: { code: -1121, msg: "Invalid symbol." } });

    const fills = await gateway.fillsSince("BTCUSDT", nowMs - 2_000);

    expect(fills.map(({ quantity, fee }) => [quantity, fee].map(toText))).toEqual([["0.01", "0"]]);
  });
});
