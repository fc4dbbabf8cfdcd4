import { type SimulatedInstrument, statusAt } from "../market/instrument.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { pricePrecision } from "../matching/order-rules.ts";
import { RateLimit } from "./rate-limit.ts";

const orderTypes = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];

function symbolInfo(instrument: SimulatedInstrument, nowMs: number): object {
  return {
    symbol: instrument.symbol,
    pair: instrument.pair,
    contractType: instrument.contractType,
    deliveryDate: instrument.deliveryMs,
    onboardDate: instrument.onboardMs,
    status: statusAt(instrument, nowMs),
    maintMarginPercent: "2.5000",
    requiredMarginPercent: "5.0000",
    baseAsset: instrument.baseAsset,
    quoteAsset: "USDT",
    marginAsset: "USDT",
    pricePrecision: pricePrecision(instrument),
    quantityPrecision: instrument.stepDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: instrument.underlyingType,
    underlyingSubType: instrument.underlyingSubType,
    settlePlan: 0,
    triggerProtect: instrument.triggerProtect,
    liquidationFee: instrument.liquidationFee,
    marketTakeBound: instrument.marketTakeBound,
    maxMoveOrderLimit: 10_000,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: instrument.minPrice, maxPrice: instrument.maxPrice, tickSize: instrument.tickSize },
      { filterType: "LOT_SIZE", minQty: instrument.stepSize, maxQty: instrument.maxQuantity, stepSize: instrument.stepSize },
      { filterType: "MARKET_LOT_SIZE", minQty: instrument.stepSize, maxQty: instrument.maxMarketQuantity, stepSize: instrument.stepSize },
      { filterType: "MAX_NUM_ORDERS", limit: 200 },
      { filterType: "MIN_NOTIONAL", notional: instrument.minNotional },
      {
        filterType: "PERCENT_PRICE",
        multiplierUp: instrument.multiplierUp,
        multiplierDown: instrument.multiplierDown,
        multiplierDecimal: "4",
      },
    ],
    orderTypes,
    timeInForce: ["GTC", "IOC", "FOK", "GTX", "GTD"],
  };
}

/** Writes exchangeInfo; the symbol list, some hundred kilobytes, is kept until a contract starts or ends. */
export class ExchangeInfo {
  private readonly feed: MarketFeed;
  private readonly rateLimit: RateLimit;
  private symbols = "";
  private validUntilMs = Number.NEGATIVE_INFINITY;

  constructor(feed: MarketFeed, rateLimit: RateLimit) {
    this.feed = feed;
    this.rateLimit = rateLimit;
  }

  json(nowMs: number): string {
    if (nowMs >= this.validUntilMs) {
      this.symbols = JSON.stringify(this.feed.instruments.map((instrument) => symbolInfo(instrument, nowMs)));
      const changes = this.feed.instruments.flatMap(({ onboardMs, endMs }) => [onboardMs, endMs]).filter((time) => time > nowMs);
      this.validUntilMs = Math.min(...changes, Number.MAX_SAFE_INTEGER);
    }
    const top = JSON.stringify({
      timezone: "UTC",
      serverTime: nowMs,
      futuresType: "U_MARGINED",
      rateLimits: [
        { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: this.rateLimit.weightPerMinute },
        { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: RateLimit.ordersPerMinute },
        { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: RateLimit.ordersPerTenSeconds },
      ],
      exchangeFilters: [],
      assets: [{ asset: "USDT", marginAvailable: true, autoAssetExchange: "-10000" }],
    });
    return `${top.slice(0, -1)},"symbols":${this.symbols}}`;
  }
}
