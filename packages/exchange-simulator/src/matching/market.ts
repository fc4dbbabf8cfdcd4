import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { CandleQuery } from "../market/candle-query.ts";
import { type SimulatedInstrument, unitsToText } from "../market/instrument.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { PricePath } from "../market/price-path.ts";
import type { ExchangeState } from "./exchange-state.ts";
import type { Walk } from "./market-event.ts";
import { type Book, OrderBook } from "./order-book.ts";
import { TimeWalk } from "./time-walk.ts";

/** Prices of a contract at an instant up to now. */
export interface Prices {
  /** The last price, in ticks; 0 when it is unknown. */
  lastTicks(instrument: SimulatedInstrument, timeMs: number): number;
  /** The mark price in quote asset. */
  markPrice(instrument: SimulatedInstrument, timeMs: number): number;
}

/** Everything that orders and margin need to know of a market; nobody writes to it: the account is too small to move these prices. */
export interface TradedMarket {
  readonly feed: Pick<MarketFeed, "instruments" | "find">;
  readonly path: Prices;
  readonly book: Book;
  /** The mark price as money: eight decimals, as on the wire. */
  markPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue;
  lastPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue;
  /** What finds, in this market, the events that concern an account. */
  walkOf(state: ExchangeState, instrumentOf: (symbol: string) => SimulatedInstrument): Walk;
}

/** A market of which every candle is known beforehand. */
export class Market implements TradedMarket {
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

  markPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return decimal(this.path.markPrice(instrument, timeMs).toFixed(8));
  }

  lastPrice(instrument: SimulatedInstrument, timeMs: number): DecimalValue {
    return priceOf(instrument, this.path.lastTicks(instrument, timeMs));
  }

  walkOf(state: ExchangeState, instrumentOf: (symbol: string) => SimulatedInstrument): Walk {
    return new TimeWalk(state, this, instrumentOf);
  }
}

export const priceOf = (instrument: SimulatedInstrument, ticks: number): DecimalValue =>
  decimal(unitsToText(ticks, instrument.tickDecimals));
