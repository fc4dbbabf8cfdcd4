import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { MarketData } from "@winiswin/application/ports/market-data";
import { toText } from "@winiswin/domain/decimal";
import { isTradable } from "@winiswin/domain/instrument";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SteppedClock, type StubExchange, startStubExchange, steppedClock } from "../test/stub-exchange.ts";
import { createBinanceMarketData } from "./market-data.ts";

const startMs = Date.parse("2024-03-01T00:15:02.000Z");
const closeMs = Date.parse("2024-03-01T00:15:00.000Z");
const quarterMs = 900_000;

let exchange: StubExchange;
let clock: SteppedClock;
let market: MarketData;

beforeEach(async () => {
  exchange = await startStubExchange();
  clock = steppedClock(startMs);
  market = createBinanceMarketData({ baseUrl: exchange.baseUrl, clock });
});
afterEach(() => exchange.close());

const row = (openTimeMs: number): unknown[] => [
  openTimeMs,
  "62000.10",
  "62100.00",
  "61900.00",
  "62050.50",
  "120.345",
  openTimeMs + quarterMs - 1,
  "7460000.123",
  4321,
  "61.200",
  "3800000.1",
  "0",
];

describe("closedCandles", () => {
  it("asks for exactly the closed ones, so that 99 of them weigh 1", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [row(closeMs - 2 * quarterMs), row(closeMs - quarterMs)] });

    const candles = await market.closedCandles("BTCUSDT", "15m", 2, startMs);

    expect(Object.fromEntries(exchange.requests[0]?.query ?? [])).toEqual({
      symbol: "BTCUSDT",
      interval: "15m",
      endTime: String(closeMs - 1),
      limit: "2",
    });
    expect(candles.map(({ openTimeMs }) => openTimeMs)).toEqual([closeMs - 2 * quarterMs, closeMs - quarterMs]);
  });

  it("never gives the open candle, whatever the exchange sends", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [row(closeMs - quarterMs), row(closeMs)] });

    expect(await market.closedCandles("BTCUSDT", "15m", 5, startMs)).toHaveLength(1);
  });

  it("gives the newest ones when the exchange sends more than asked", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [3, 2, 1].map((back) => row(closeMs - back * quarterMs)) });

    const candles = await market.closedCandles("BTCUSDT", "15m", 2, closeMs);

    expect(candles.map(({ openTimeMs }) => openTimeMs)).toEqual([closeMs - 2 * quarterMs, closeMs - quarterMs]);
  });

  it("names symbol, row and field of a candle that is none", async () => {
    exchange.answer("GET /fapi/v1/klines", { json: [row(closeMs - quarterMs).with(4, null)] });

    await expect(market.closedCandles("BTCUSDT", "15m", 2, closeMs)).rejects.toThrow(
      "fapi/v1/klines of BTCUSDT 15m: candle 0 field 4 is no decimal",
    );
  });

  it.each([0, 1501, 1.5, Number.NaN])("refuses to ask for %s candles", async (limit) => {
    await expect(market.closedCandles("BTCUSDT", "15m", limit, closeMs)).rejects.toBeInstanceOf(ExchangeError);
    expect(exchange.requests).toHaveLength(0);
  });
});

const listing = (symbol: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  symbol,
  pair: symbol,
  contractType: "PERPETUAL",
  deliveryDate: 4_133_404_800_000,
  onboardDate: 1_569_398_400_000,
  status: "TRADING",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  marginAsset: "USDT",
  pricePrecision: 2,
  quantityPrecision: 3,
  underlyingType: "COIN",
  filters: [
    { filterType: "PRICE_FILTER", minPrice: "556.80", maxPrice: "4529764", tickSize: "0.10" },
    { filterType: "LOT_SIZE", minQty: "0.001", maxQty: "1000", stepSize: "0.001" },
    { filterType: "MARKET_LOT_SIZE", minQty: "0.01", maxQty: "120", stepSize: "0.01" },
    { filterType: "MAX_NUM_ORDERS", limit: 200 },
    { filterType: "MIN_NOTIONAL", notional: "100" },
  ],
  ...changes,
});

describe("instruments", () => {
  it("have the limits of the filters, the coarser grid, and the smaller largest market order", async () => {
    exchange.answer("GET /fapi/v1/exchangeInfo", { json: { symbols: [listing("BTCUSDT")] } });

    const [instrument] = await market.instruments();

    expect(instrument).toMatchObject({ symbol: "BTCUSDT", contractType: "PERPETUAL", onboardTimeMs: 1_569_398_400_000 });
    expect(instrument && isTradable(instrument)).toBe(true);
    expect(
      instrument && [instrument.tickSize, instrument.stepSize, instrument.minQuantity, instrument.maxMarketQuantity].map(toText),
    ).toEqual(["0.1", "0.01", "0.01", "120"]);
    expect(instrument && toText(instrument.minNotional)).toBe("100");
  });

  it("keep kinds and statuses that are not traded here, as they are", async () => {
    const listings = [listing("币安人生USDT"), listing("TSLAUSDT", { contractType: "TRADIFI_PERPETUAL", underlyingType: "EQUITY" })];
    exchange.answer("GET /fapi/v1/exchangeInfo", { json: { symbols: listings } });

    expect((await market.instruments()).map(isTradable)).toEqual([true, false]);
  });

  it("leave out a listing without limits and say so, instead of failing as a whole", async () => {
    const warnings: unknown[] = [];
    const logger = { info: () => undefined, warn: (_message: string, fields?: unknown) => warnings.push(fields), error: () => undefined };
    market = createBinanceMarketData({ baseUrl: exchange.baseUrl, clock, logger });
    exchange.answer("GET /fapi/v1/exchangeInfo", {
      json: { symbols: [listing("BTCUSDT"), listing("ODDUSDT", { filters: [] }), { symbol: 7 }] },
    });

    expect(await market.instruments()).toHaveLength(1);
    expect(warnings).toEqual([{ leftOut: 2, firstReason: "ODDUSDT lacks a price, lot or notional limit" }]);
  });

  it("know filters and contracts that nobody knows yet, and leave out what would be ordered wrongly", async () => {
    const filters = listing("BTCUSDT").filters as readonly { readonly filterType: string }[];
    const withFilter = (changed: { readonly filterType: string }) => ({
      filters: [...filters.filter(({ filterType }) => filterType !== changed.filterType), changed],
    });
    exchange.answer("GET /fapi/v1/exchangeInfo", {
      json: {
        symbols: [
          listing("AUSDT", withFilter({ filterType: "POSITION_RISK_CONTROL" })),
          listing("BUSDT", { contractType: "WEEKLY_PERPETUAL", status: "DREAMING", underlyingType: "WEATHER" }),
          // Taking the other lot's limits in its place would order more than the exchange takes.
          listing("CUSDT", withFilter({ filterType: "MARKET_LOT_SIZE" })),
          listing(
            "DUSDT",
            withFilter({ filterType: "PRICE_FILTER", minPrice: "1", maxPrice: "2", tickSize: "0" } as { filterType: string }),
          ),
          null,
          "EUSDT",
        ],
      },
    });

    expect((await market.instruments()).map((instrument) => [instrument.symbol, isTradable(instrument)])).toEqual([
      ["AUSDT", true],
      ["BUSDT", false],
    ]);
  });

  it.each([
    ["of the answer is understood", [{ symbol: 7 }], "none of 1 listings"],
    ["is listed at all", [], "none of 0 listings"],
  ])("fail when nothing %s", async (_what, symbols, reason) => {
    exchange.answer("GET /fapi/v1/exchangeInfo", { json: { symbols } });

    await expect(market.instruments()).rejects.toThrow(reason);
  });
});

describe("the other reads", () => {
  it("give the exchange's time", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: 1_709_251_202_123 } });

    expect(await market.serverTimeMs()).toBe(1_709_251_202_123);
  });

  it("give exact prices of the best bid and ask", async () => {
    exchange.answer("GET /fapi/v1/ticker/bookTicker", {
      json: { symbol: "PEPEUSDT", bidPrice: "0.00000001", bidQty: "1", askPrice: "0.00000002", askQty: "2", time: 1 },
    });

    const top = await market.bookTop("PEPEUSDT");

    expect([toText(top.bidPrice), toText(top.askPrice)]).toEqual(["0.00000001", "0.00000002"]);
  });

  it("give the best fifty levels of the book, exactly", async () => {
    exchange.answer("GET /fapi/v1/depth", {
      json: {
        lastUpdateId: 1,
        E: 1,
        T: 1,
        bids: [["0.00000001", "3"]],
        asks: [
          ["0.00000002", "0E-8"],
          ["0.00000003", "12.5"],
        ],
      },
    });

    const { bids, asks } = await market.orderBook("PEPEUSDT");

    expect([...bids, ...asks].map(({ price, quantity }) => `${toText(price)} ${toText(quantity)}`)).toEqual([
      "0.00000001 3",
      "0.00000002 0",
      "0.00000003 12.5",
    ]);
  });

  it("give the best bid and ask of every contract in one request", async () => {
    exchange.answer("GET /fapi/v1/ticker/bookTicker", {
      json: [
        { symbol: "BTCUSDT", bidPrice: "50000.10", bidQty: "1", askPrice: "50000.20", askQty: "2", time: 1 },
        { symbol: "PEPEUSDT", bidPrice: "0.00000001", bidQty: "1", askPrice: "0.00000002", askQty: "2", time: 1 },
      ],
    });

    const tops = await market.bookTops();

    expect(tops.map(({ symbol, bidPrice, askPrice }) => [symbol, toText(bidPrice), toText(askPrice)])).toEqual([
      ["BTCUSDT", "50000.1", "50000.2"],
      ["PEPEUSDT", "0.00000001", "0.00000002"],
    ]);
  });

  it("bring every funding rate to 8 hours, asking for the intervals once and leaving out what has no funding", async () => {
    exchange.answer("GET /fapi/v1/fundingInfo", { json: [{ symbol: "FASTUSDT", fundingIntervalHours: 4, disclaimer: false }] });
    const rates = {
      json: [
        { symbol: "BTCUSDT", lastFundingRate: "0.00010000", nextFundingTime: 1 },
        { symbol: "FASTUSDT", lastFundingRate: "-0.00030000", nextFundingTime: 1 },
        { symbol: "BTCUSDT_270326", lastFundingRate: "", nextFundingTime: 0 },
      ],
    };
    exchange.answer("GET /fapi/v1/premiumIndex", rates);

    expect(await market.fundingRates()).toEqual([
      { symbol: "BTCUSDT", ratePer8Hours: 0.0001 },
      { symbol: "FASTUSDT", ratePer8Hours: -0.0006 },
    ]);
    exchange.answer("GET /fapi/v1/premiumIndex", rates);
    await market.fundingRates();
    expect(exchange.requests.filter((request) => request.path.endsWith("/fundingInfo"))).toHaveLength(1);
  });

  it("give the quote volumes of a day", async () => {
    exchange.answer("GET /fapi/v1/ticker/24hr", { json: [{ symbol: "BTCUSDT", quoteVolume: "123456.5", count: 3 }] });

    expect(await market.dayVolumes()).toEqual([{ symbol: "BTCUSDT", quoteVolume: 123456.5 }]);
  });

  it("name the field that is not as documented", async () => {
    exchange.answer("GET /fapi/v1/time", { json: { serverTime: "soon" } });

    const thrown = market.serverTimeMs();

    await expect(thrown).rejects.toMatchObject({ kind: "fatal" });
    await expect(thrown).rejects.toThrow("fapi/v1/time: the exchange's answer has another shape than documented (serverTime:");
  });
});
