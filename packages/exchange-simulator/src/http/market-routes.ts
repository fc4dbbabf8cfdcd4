import { dayMs } from "../market/candle-columns.ts";
import { type SimulatedInstrument, unitsToText } from "../market/instrument.ts";
import { type Market, priceOf } from "../matching/market.ts";
import { candleRoutes } from "./candle-routes.ts";
import { depth, depthWeight } from "./depth.ts";
import type { ExchangeInfo } from "./exchange-info.ts";
import { type MarketContext, type MarketRoutes, perSymbol } from "./market-route.ts";
import type { Route, Routes } from "./route.ts";
import { statisticsRoutes } from "./statistics-routes.ts";
import { tradeRoutes } from "./trade-routes.ts";

const hourMs = 3_600_000;

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

const price = ({ market, nowMs }: MarketContext, instrument: SimulatedInstrument): object => ({
  symbol: instrument.symbol,
  price: market.lastPrice(instrument, nowMs).toFixed(instrument.tickDecimals),
  time: nowMs,
});

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

/** Everything that needs no key. */
export function marketRoutes(market: Market, info: ExchangeInfo): Routes {
  const bound = Object.entries({ ...routesOf(info), ...candleRoutes, ...statisticsRoutes, ...tradeRoutes }).map(
    ([name, { answer, ...route }]): [string, Route] => [name, { ...route, answer: (context) => answer({ ...context, market }) }],
  );
  return Object.fromEntries(bound);
}

function routesOf(info: ExchangeInfo): MarketRoutes {
  return {
    "GET /fapi/v1/ping": { access: "public", weight: 1, answer: () => "{}" },
    "GET /fapi/v1/time": { access: "public", weight: 1, answer: ({ nowMs }) => JSON.stringify({ serverTime: nowMs }) },
    "GET /fapi/v1/exchangeInfo": { access: "public", weight: 1, answer: ({ nowMs }) => info.json(nowMs) },
    "GET /fapi/v1/depth": {
      access: "public",
      weight: depthWeight,
      answer: ({ exchange, market, parameters, nowMs }) =>
        depth(market, exchange.instrument(parameters.mandatory("symbol").toUpperCase()), nowMs, parameters),
    },
    "GET /fapi/v1/premiumIndex": perSymbol(1, 10, premiumIndex),
    "GET /fapi/v1/ticker/24hr": perSymbol(1, 40, ticker24h),
    "GET /fapi/v1/ticker/bookTicker": perSymbol(2, 5, bookTicker),
    "GET /fapi/v1/ticker/price": perSymbol(1, 2, price),
    "GET /fapi/v2/ticker/price": perSymbol(1, 2, price),
  };
}
