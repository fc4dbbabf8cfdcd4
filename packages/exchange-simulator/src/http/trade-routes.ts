import type { SimulatedInstrument } from "../market/instrument.ts";
import { newestTradeId, type PublicTrade, publicTrade, tradeIdFrom } from "../market/public-trades.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { type MarketContext, type MarketRoutes, namedInstrument } from "./market-route.ts";

const hourMs = 3_600_000;
const memoryMs = 48 * hourMs;
const monthMs = 30 * 24 * hourMs;

/** Trades from one id to another, oldest first, at most `limit`. */
function tradesFrom({ market }: MarketContext, instrument: SimulatedInstrument, first: number, last: number, limit: number): PublicTrade[] {
  const trades: PublicTrade[] = [];
  for (let id = first; id <= last && trades.length < limit; id++) {
    const trade = publicTrade(market.path, instrument, id);
    if (trade !== undefined) trades.push(trade);
  }
  return trades;
}

/** The latest trades, oldest first. */
function latestTrades({ market, nowMs }: MarketContext, instrument: SimulatedInstrument, limit: number): PublicTrade[] {
  const trades: PublicTrade[] = [];
  const oldest = tradeIdFrom(Math.max(nowMs - memoryMs, instrument.onboardMs));
  for (let id = newestTradeId(Math.min(nowMs, instrument.endMs)); id >= oldest && trades.length < limit; id--) {
    const trade = publicTrade(market.path, instrument, id);
    if (trade !== undefined) trades.unshift(trade);
  }
  return trades;
}

function aggregateTrades(context: MarketContext): string {
  const { parameters, nowMs } = context;
  const instrument = namedInstrument(context);
  const limit = parameters.limit(500, 1_000);
  const fromId = parameters.integer("fromId");
  const startMs = parameters.integer("startTime");
  const endMs = parameters.integer("endTime");
  if (startMs !== undefined && endMs !== undefined && endMs - startMs >= hourMs) throw refusals.invalidParameter("startTime");
  const oldest = tradeIdFrom(nowMs - memoryMs);
  const newest = newestTradeId(Math.min(nowMs, endMs ?? nowMs));
  const first = fromId ?? (startMs === undefined ? undefined : tradeIdFrom(startMs));
  const trades =
    first === undefined
      ? latestTrades({ ...context, nowMs: Math.min(nowMs, endMs ?? nowMs) }, instrument, limit)
      : tradesFrom(context, instrument, Math.max(first, oldest), newest, limit);
  return JSON.stringify(
    trades.map(({ id, price, quantity, timeMs, buyerIsMaker }) => ({
      a: id,
      p: price,
      q: quantity,
      nq: quantity,
      f: id,
      l: id,
      T: timeMs,
      m: buyerIsMaker,
    })),
  );
}

const tradeRow = (trade: PublicTrade): object => ({
  id: trade.id,
  price: trade.price,
  qty: trade.quantity,
  quoteQty: trade.quoteQuantity,
  time: trade.timeMs,
  isBuyerMaker: trade.buyerIsMaker,
  isRPITrade: false,
});

/** Trades from an id on, or the latest; a month back. */
function historicalTrades(context: MarketContext): string {
  const { parameters, nowMs } = context;
  const instrument = namedInstrument(context);
  const limit = parameters.limit(100, 500);
  const fromId = parameters.integer("fromId");
  const newest = newestTradeId(Math.min(nowMs, instrument.endMs));
  const trades =
    fromId === undefined
      ? latestTrades(context, instrument, limit)
      : tradesFrom(context, instrument, Math.max(fromId, tradeIdFrom(nowMs - monthMs)), newest, limit);
  return JSON.stringify(trades.map(tradeRow));
}

/** What was traded. */
export const tradeRoutes: MarketRoutes = {
  "GET /fapi/v1/aggTrades": { access: "public", weight: 20, answer: aggregateTrades },
  "GET /fapi/v1/historicalTrades": { access: "keyed", weight: 200, answer: historicalTrades },
  "GET /fapi/v1/trades": {
    access: "public",
    weight: 5,
    answer: (context) =>
      JSON.stringify(latestTrades(context, namedInstrument(context), context.parameters.limit(500, 1_000)).map(tradeRow)),
  },
};
