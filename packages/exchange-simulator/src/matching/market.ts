import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { CandleQuery } from "../market/candle-query.ts";
import { type SimulatedInstrument, unitsToText } from "../market/instrument.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { PricePath } from "../market/price-path.ts";
import { OrderBook } from "./order-book.ts";

/** Everything the exchange reads of the market; it never writes to it: the account is too small to move these prices. */
export class Market {
  readonly feed: MarketFeed;
  readonly path: PricePath;
  readonly book: OrderBook;
  readonly candles: CandleQuery;

  constructor(feed: MarketFeed) {
    this.feed = feed;
    this.path = new PricePath(feed);
    this.book = new OrderBook(feed);
    this.candles = new CandleQuery(feed, this.path);
  }

  /** The mark price as money: eight decimals, as on the wire. */
  markPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return decimal(this.path.markPrice(instrument, timeMs).toFixed(8));
  }

  lastPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return priceOf(instrument, this.path.lastTicks(instrument, timeMs));
  }
}

export const priceOf = (instrument: SimulatedInstrument, ticks: number): DecimalValue =>
  decimal(unitsToText(ticks, instrument.tickDecimals));
