import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { findInterval } from "../market/interval.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import type { Market } from "../matching/market.ts";
import { type MarketContext, type MarketRoute, type MarketRoutes, namedInstrument } from "./market-route.ts";
import type { Parameters } from "./parameters.ts";
import { type MinutePrices, markPrices, priceCandles } from "./price-candles.ts";

/** Weight of a klines request by its limit. */
export function klinesWeight(parameters: Parameters): number {
  const limit = Number(parameters.text("limit") ?? 500);
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
}

function klines({ market, parameters, nowMs }: MarketContext, instrument: SimulatedInstrument): string {
  const interval = findInterval(parameters.mandatory("interval"));
  const { candles } = market;
  if (interval === undefined || !candles.serves(instrument, interval)) throw refusals.interval();
  const limit = parameters.limit(500, 1_500);
  return candles.json(instrument, interval, limit, nowMs, parameters.integer("startTime"), parameters.integer("endTime"));
}

/** Longer candles of a price without trades would have to be made of too many minutes. */
const longestPriceCandleMs = 60 * minuteMs;

/** Candles of a price that is derived from the mark price. */
const priceKlines = (
  instrumentOf: (context: MarketContext) => SimulatedInstrument,
  pricesOf: (market: Market, instrument: SimulatedInstrument) => MinutePrices,
): MarketRoute => ({
  access: "public",
  weight: klinesWeight,
  answer: (context) => {
    const { market, parameters, nowMs } = context;
    const instrument = instrumentOf(context);
    const interval = findInterval(parameters.mandatory("interval"));
    if (interval === undefined || interval.lengthMs > longestPriceCandleMs) throw refusals.interval();
    return priceCandles(instrument, pricesOf(market, instrument), interval.lengthMs, {
      limit: parameters.limit(500, 1_500),
      nowMs,
      fromMs: parameters.integer("startTime"),
      toMs: parameters.integer("endTime"),
    });
  },
});

const indexPrices =
  (market: Market, instrument: SimulatedInstrument): MinutePrices =>
  (minuteStartMs, untilMs) => {
    const premium = market.feed.premium(instrument, minuteStartMs / minuteMs);
    return markPrices(market, instrument)(minuteStartMs, untilMs).map((price) => price / (1 + premium));
  };

const premiums =
  (market: Market, instrument: SimulatedInstrument): MinutePrices =>
  (minuteStartMs) => [market.feed.premium(instrument, minuteStartMs / minuteMs)];

/** The perpetual or quarterly of a pair. */
function contractOf(context: MarketContext): SimulatedInstrument {
  const pair = context.parameters.mandatory("pair").toUpperCase();
  const type = context.parameters.mandatory("contractType").toUpperCase();
  const found = context.market.feed.instruments.find((instrument) => instrument.pair === pair && instrument.contractType === type);
  if (found === undefined) throw refusals.symbol();
  return found;
}

/** Candles of all kinds. */
export const candleRoutes: MarketRoutes = {
  "GET /fapi/v1/klines": { access: "public", weight: klinesWeight, answer: (context) => klines(context, namedInstrument(context)) },
  "GET /fapi/v1/continuousKlines": { access: "public", weight: klinesWeight, answer: (context) => klines(context, contractOf(context)) },
  "GET /fapi/v1/markPriceKlines": priceKlines(namedInstrument, markPrices),
  "GET /fapi/v1/indexPriceKlines": priceKlines((context) => namedInstrument(context, "pair"), indexPrices),
  "GET /fapi/v1/premiumIndexKlines": priceKlines(namedInstrument, premiums),
};
