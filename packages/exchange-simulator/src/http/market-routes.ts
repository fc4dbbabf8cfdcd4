import { dayMs } from "../market/candle-columns.ts";
import { type SimulatedInstrument, statusAt, unitsToText } from "../market/instrument.ts";
import { findInterval } from "../market/interval.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { type Market, priceOf } from "../matching/market.ts";
import { depth, depthWeight } from "./depth.ts";
import type { ExchangeInfo } from "./exchange-info.ts";
import type { Parameters } from "./parameters.ts";
import { markPrices, priceCandles } from "./price-candles.ts";
import type { Route, RouteContext, Routes } from "./route.ts";

const hourMs = 3_600_000;

interface MarketContext extends RouteContext {
  readonly market: Market;
}

interface MarketRoute extends Omit<Route, "answer"> {
  readonly answer: (context: MarketContext) => string;
}

/** Weight of a klines request by its limit. */
export function klinesWeight(parameters: Parameters): number {
  const limit = Number(parameters.text("limit") ?? 500);
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
}

function klines({ exchange, market, parameters, nowMs }: MarketContext): string {
  const instrument = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
  const interval = findInterval(parameters.mandatory("interval"));
  const { candles } = market;
  if (interval === undefined || !candles.serves(instrument, interval)) throw refusals.interval();
  const limit = parameters.limit(500, 1_500);
  return candles.json(instrument, interval, limit, nowMs, parameters.integer("startTime"), parameters.integer("endTime"));
}

/** Longer candles of the mark price would have to be made of too many minutes. */
const longestMarkCandleMs = hourMs;

function markPriceKlines({ exchange, market, parameters, nowMs }: MarketContext): string {
  const instrument = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
  const interval = findInterval(parameters.mandatory("interval"));
  if (interval === undefined || interval.lengthMs > longestMarkCandleMs) throw refusals.interval();
  const limit = parameters.limit(500, 1_500);
  return priceCandles(instrument, markPrices(market, instrument), interval.lengthMs, {
    limit,
    nowMs,
    fromMs: parameters.integer("startTime"),
    toMs: parameters.integer("endTime"),
  });
}

/** One object for `symbol`, or an array of all contracts that trade. */
function perSymbol(
  weightOne: number,
  weightAll: number,
  describe: (context: MarketContext, instrument: SimulatedInstrument) => object,
): MarketRoute {
  return {
    access: "public",
    weight: (parameters) => (parameters.text("symbol") === undefined ? weightAll : weightOne),
    answer: (context) => {
      const symbol = context.parameters.text("symbol");
      if (symbol !== undefined) return JSON.stringify(describe(context, context.exchange.instrument(symbol.toUpperCase())));
      const trading = context.market.feed.instruments.filter((instrument) => statusAt(instrument, context.nowMs) === "TRADING");
      return JSON.stringify(trading.map((instrument) => describe(context, instrument)));
    },
  };
}

/** The first funding time after the instant. */
export function nextFundingMs(instrument: SimulatedInstrument, nowMs: number): number {
  const interval = instrument.fundingIntervalHours * hourMs;
  return (Math.floor(nowMs / interval) + 1) * interval;
}

function premiumIndex({ market, nowMs }: MarketContext, instrument: SimulatedInstrument): object {
  const index = market.path.indexPrice(instrument, nowMs).toFixed(8);
  const nextFundingTime = nextFundingMs(instrument, nowMs);
  return {
    symbol: instrument.symbol,
    markPrice: market.markPrice(instrument, nowMs).toFixed(8),
    indexPrice: index,
    estimatedSettlePrice: index,
    lastFundingRate: market.feed.fundingRate(instrument, nextFundingTime),
    interestRate: "0.00010000",
    nextFundingTime,
    time: nowMs,
  };
}

function ticker24h({ market, nowMs }: MarketContext, instrument: SimulatedInstrument): object {
  const lastTicks = market.path.lastTicks(instrument, nowMs);
  const openTime = nowMs - dayMs;
  const row = market.candles.total(instrument, Math.floor(openTime / 60_000) * 60_000, nowMs);
  const openTicks = row[0]! || lastTicks;
  const volume = row[4]! / 10 ** instrument.volumeDecimals;
  const quote = Number.isNaN(row[5]!) ? 0 : row[5]!;
  const text = (ticks: number) => unitsToText(ticks, instrument.tickDecimals);
  const average = volume > 0 && quote > 0 ? (quote / 10 ** instrument.quoteDecimals / volume).toFixed(instrument.tickDecimals) : "0";
  const count = Number.isNaN(row[6]!) ? 0 : row[6]!;
  return {
    symbol: instrument.symbol,
    priceChange: text(lastTicks - openTicks),
    priceChangePercent: openTicks > 0 ? (((lastTicks - openTicks) / openTicks) * 100).toFixed(3) : "0.000",
    weightedAvgPrice: average,
    lastPrice: text(lastTicks),
    lastQty: instrument.stepSize,
    openPrice: text(openTicks),
    highPrice: text(row[1]! || lastTicks),
    lowPrice: text(row[2]! || lastTicks),
    volume: unitsToText(row[4]!, instrument.volumeDecimals),
    quoteVolume: unitsToText(quote, instrument.quoteDecimals),
    openTime,
    closeTime: nowMs,
    firstId: 1,
    lastId: Math.max(1, count),
    count,
  };
}

function bookTicker({ market, nowMs }: MarketContext, instrument: SimulatedInstrument): object {
  const { bid, ask } = market.book.best(instrument, nowMs, market.path.lastTicks(instrument, nowMs));
  const quantity = (steps: number) => (steps * Number(instrument.stepSize)).toFixed(instrument.stepDecimals);
  return {
    symbol: instrument.symbol,
    bidPrice: priceOf(instrument, bid.ticks).toFixed(instrument.tickDecimals),
    bidQty: quantity(bid.steps),
    askPrice: priceOf(instrument, ask.ticks).toFixed(instrument.tickDecimals),
    askQty: quantity(ask.steps),
    time: nowMs,
  };
}

function fundingRates({ exchange, market, parameters, nowMs }: MarketContext): string {
  const symbol = parameters.text("symbol");
  const limit = parameters.limit(100, 1_000);
  const instruments = symbol === undefined ? market.feed.instruments : [exchange.instrument(symbol.toUpperCase())];
  const untilMs = Math.min(parameters.integer("endTime") ?? nowMs, nowMs);
  const startMs = parameters.integer("startTime");
  const rates = instruments.flatMap((instrument) => {
    const interval = instrument.fundingIntervalHours * hourMs;
    const last = Math.floor(Math.min(untilMs, instrument.endMs) / interval) * interval;
    const wanted = startMs === undefined ? last - (limit - 1) * interval : Math.ceil(startMs / interval) * interval;
    const first = Math.max(wanted, Math.ceil(instrument.onboardMs / interval) * interval);
    const times: number[] = [];
    for (let timeMs = first; timeMs <= last && times.length < limit; timeMs += interval) times.push(timeMs);
    return times.map((fundingTime) => ({
      symbol: instrument.symbol,
      fundingRate: market.feed.fundingRate(instrument, fundingTime),
      fundingTime,
      markPrice: market.markPrice(instrument, fundingTime).toFixed(8),
      rateType: "Regular",
    }));
  });
  const ordered = rates.sort((left, right) => left.fundingTime - right.fundingTime);
  return JSON.stringify(startMs === undefined ? ordered.slice(-limit) : ordered.slice(0, limit));
}

/** Everything that needs no key. */
export function marketRoutes(market: Market, info: ExchangeInfo): Routes {
  const bound = Object.entries(routesOf(info)).map(([name, { answer, ...route }]): [string, Route] => [
    name,
    { ...route, answer: (context) => answer({ ...context, market }) },
  ]);
  return Object.fromEntries(bound);
}

function routesOf(info: ExchangeInfo): Readonly<Record<string, MarketRoute>> {
  return {
    "GET /fapi/v1/ping": { access: "public", weight: 1, answer: () => "{}" },
    "GET /fapi/v1/time": { access: "public", weight: 1, answer: ({ nowMs }) => JSON.stringify({ serverTime: nowMs }) },
    "GET /fapi/v1/exchangeInfo": { access: "public", weight: 1, answer: ({ nowMs }) => info.json(nowMs) },
    "GET /fapi/v1/klines": { access: "public", weight: klinesWeight, answer: klines },
    "GET /fapi/v1/markPriceKlines": { access: "public", weight: klinesWeight, answer: markPriceKlines },
    "GET /fapi/v1/depth": {
      access: "public",
      weight: depthWeight,
      answer: ({ exchange, market, parameters, nowMs }) =>
        depth(market, exchange.instrument(parameters.mandatory("symbol").toUpperCase()), nowMs, parameters),
    },
    "GET /fapi/v1/premiumIndex": perSymbol(1, 10, premiumIndex),
    "GET /fapi/v1/ticker/24hr": perSymbol(1, 40, ticker24h),
    "GET /fapi/v1/ticker/bookTicker": perSymbol(2, 5, bookTicker),
    "GET /fapi/v2/ticker/price": perSymbol(1, 2, ({ market, nowMs }, instrument) => ({
      symbol: instrument.symbol,
      price: market.lastPrice(instrument, nowMs).toFixed(instrument.tickDecimals),
      time: nowMs,
    })),
    "GET /fapi/v1/fundingRate": { access: "public", weight: 0, answer: fundingRates },
    "GET /fapi/v1/fundingInfo": {
      access: "public",
      weight: 0,
      answer: ({ market }) =>
        JSON.stringify(
          market.feed.instruments.map(({ symbol, fundingIntervalHours }) => ({
            symbol,
            adjustedFundingRateCap: "0.02000000",
            adjustedFundingRateFloor: "-0.02000000",
            fundingIntervalHours,
            disclaimer: false,
          })),
        ),
    },
  };
}
