import type { Clock } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { MarketData } from "@winiswin/application/ports/market-data";
import { openTimeOf } from "@winiswin/domain/timeframe";
import * as z from "zod";
import { candlesFromRows } from "./candle-rows.ts";
import type { ExchangeGate } from "./exchange-gate.ts";
import { extremesBetween } from "./extremes.ts";
import { instrumentsFrom } from "./instruments.ts";
import { createRestClient } from "./rest-client.ts";
import { parseAnswer, wireNumber, wirePrice, wireQuantity } from "./wire.ts";

export interface BinanceMarketDataOptions {
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Default 8 s. */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
  /** Give one gate to everything that sends from the same address, so that all fall silent together; by default each has its own. */
  readonly gate?: ExchangeGate;
  /** What candles are read for; a review of an entry must not wait because analysis has used up its part of the minute. */
  readonly candlesFor?: "analysis" | "entry";
}

const serverTime = z.object({ serverTime: z.int().positive() });
const bookTicker = z.object({ symbol: z.string(), bidPrice: wirePrice, askPrice: wirePrice });
const bookLevel = z.tuple([wirePrice, wireQuantity]).transform(([price, quantity]) => ({ price, quantity }));
const orderBook = z.object({ bids: z.array(bookLevel), asks: z.array(bookLevel) });
const bookTickers = z.array(bookTicker);
const premiumIndexes = z.array(z.object({ symbol: z.string(), lastFundingRate: z.union([wireNumber, z.literal("")]) }));
const fundingInfo = z.array(z.object({ symbol: z.string(), fundingIntervalHours: z.number().positive() }));
const nextFunding = z.object({ lastFundingRate: wireNumber, nextFundingTime: z.int() });
const dayTickers = z.array(z.object({ symbol: z.string(), quoteVolume: wireNumber }));

/** The most that the smallest weight buys. */
const bookLevels = "50";
const largestLimit = 1500;
/** For whoever is not in the list of funding intervals. */
const usualFundingHours = 8;
/** Intervals change rarely, and the request shares a small limit of its own with the funding history. */
const intervalsKeptMs = 3_600_000;

/** Public market data of Binance USDT-M futures through the `binance` SDK; no key is used or sent. */
export function createBinanceMarketData(options: BinanceMarketDataOptions): MarketData {
  const { clock, logger, timeoutMs = 8_000, candlesFor = "analysis" } = options;
  const client = createRestClient({
    baseUrl: options.baseUrl,
    clock,
    // The executor looks at the book before an entry.
    purpose: "entry",
    ...(options.gate === undefined ? {} : { gate: options.gate }),
    readTimeoutMs: timeoutMs,
    writeTimeoutMs: timeoutMs,
    ...(logger === undefined ? {} : { logger }),
  });

  let known: { readonly readAtMs: number; readonly hoursOf: ReadonlyMap<string, number> } | undefined;
  async function fundingHours(): Promise<ReadonlyMap<string, number>> {
    const nowMs = clock.nowMs();
    if (known === undefined || nowMs - known.readAtMs >= intervalsKeptMs) {
      const rows = parseAnswer("fapi/v1/fundingInfo", fundingInfo, await client.readPublic("fapi/v1/fundingInfo"));
      known = { readAtMs: nowMs, hoursOf: new Map(rows.map(({ symbol, fundingIntervalHours }) => [symbol, fundingIntervalHours])) };
    }
    return known.hoursOf;
  }

  return {
    async serverTimeMs() {
      return parseAnswer("fapi/v1/time", serverTime, await client.readPublic("fapi/v1/time")).serverTime;
    },

    async instruments() {
      return instrumentsFrom(await client.readPublic("fapi/v1/exchangeInfo", undefined, "analysis"), logger);
    },

    async closedCandles(symbol, timeframe, limit, closedByMs) {
      if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
        throw new ExchangeError("fatal", `${limit} candles cannot be asked for at once, only 1 to ${largestLimit}`);
      }
      // Up to the last millisecond before the newest boundary: exactly the closed candles, whether the exchange compares their open or their
      // close times, so no row is spent on the open one and 99 candles still weigh 1.
      const endTimeMs = openTimeOf(timeframe, closedByMs) - 1;
      const rows = await client.readPublic(
        "fapi/v1/klines",
        { symbol, interval: timeframe, endTime: String(endTimeMs), limit: String(limit) },
        candlesFor,
      );
      try {
        return candlesFromRows(rows, timeframe, closedByMs).slice(-limit);
      } catch (error) {
        throw new ExchangeError(
          "fatal",
          `fapi/v1/klines of ${symbol} ${timeframe}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },

    async bookTop(symbol) {
      const body = await client.readPublic("fapi/v1/ticker/bookTicker", { symbol });
      const { bidPrice, askPrice } = parseAnswer("fapi/v1/ticker/bookTicker", bookTicker, body);
      return { bidPrice, askPrice };
    },

    async orderBook(symbol) {
      const body = await client.readPublic("fapi/v1/depth", { symbol, limit: bookLevels });
      return parseAnswer("fapi/v1/depth", orderBook, body);
    },

    async bookTops() {
      return parseAnswer("fapi/v1/ticker/bookTicker", bookTickers, await client.readPublic("fapi/v1/ticker/bookTicker"));
    },

    async fundingRates() {
      const hoursOf = await fundingHours();
      const rows = parseAnswer("fapi/v1/premiumIndex", premiumIndexes, await client.readPublic("fapi/v1/premiumIndex"));
      // Dated contracts have no funding and say so with an empty text.
      return rows.flatMap(({ symbol, lastFundingRate }) =>
        lastFundingRate === ""
          ? []
          : [{ symbol, ratePer8Hours: (lastFundingRate * usualFundingHours) / (hoursOf.get(symbol) ?? usualFundingHours) }],
      );
    },

    async nextFunding(symbol) {
      const body = await client.readPublic("fapi/v1/premiumIndex", { symbol });
      const { lastFundingRate, nextFundingTime } = parseAnswer("fapi/v1/premiumIndex", nextFunding, body);
      return { rate: lastFundingRate, timeMs: nextFundingTime };
    },

    extremesBetween: (symbol, fromMs, untilMs) => extremesBetween(client, symbol, fromMs, untilMs),

    async dayVolumes() {
      return parseAnswer("fapi/v1/ticker/24hr", dayTickers, await client.readPublic("fapi/v1/ticker/24hr", undefined, "analysis"));
    },

    usedWeight: () => client.usedWeight(),
  };
}
