import type { Candle } from "@winiswin/domain/candle";
import type { Price } from "@winiswin/domain/decimal";
import type { Instrument } from "@winiswin/domain/instrument";
import type { OrderBook } from "@winiswin/domain/risk";
import type { Timeframe } from "@winiswin/domain/timeframe";

export interface BookTop {
  readonly bidPrice: Price;
  readonly askPrice: Price;
}

/** 24-hour figures of one symbol, for choosing what to analyse; float64 because nothing is ordered by them. */
export interface DayVolume {
  readonly symbol: string;
  readonly quoteVolume: number;
}

/** What a long is expected to pay a short at the next funding; float64 because it is only judged by. */
export interface FundingRate {
  readonly symbol: string;
  /** Fraction of the notional, brought to 8 hours. */
  readonly ratePer8Hours: number;
}

/** Public market data; every method throws ExchangeError. */
export interface MarketData {
  serverTimeMs(): Promise<number>;
  instruments(): Promise<readonly Instrument[]>;
  /** The newest `limit` candles that closed at or before `closedByMs`, ascending; an open candle is never among them. */
  closedCandles(symbol: string, timeframe: Timeframe, limit: number, closedByMs: number): Promise<readonly Candle[]>;
  bookTop(symbol: string): Promise<BookTop>;
  /** The best 50 levels of each side (weight 2, as the best alone). */
  orderBook(symbol: string): Promise<OrderBook>;
  /** Best bid and ask of every contract in one request (weight 5). */
  bookTops(): Promise<readonly (BookTop & { readonly symbol: string })[]>;
  /** The estimated next funding of every perpetual, one request (weight 10) and a rare second one for the intervals. */
  fundingRates(): Promise<readonly FundingRate[]>;
  /** The estimated rate of the next settlement as a fraction of notional, paid by longs when positive, and when that is. */
  nextFunding(symbol: string): Promise<{ readonly rate: number; readonly timeMs: number }>;
  /** Highest and lowest price of the minutes that lie wholly in the span, or of longer candles when the span is long; ascending. */
  extremesBetween(symbol: string, fromMs: number, untilMs: number): Promise<readonly { readonly high: number; readonly low: number }[]>;
  dayVolumes(): Promise<readonly DayVolume[]>;
  /** The request weight used in the current minute as the exchange last reported it; undefined before the first answer. */
  usedWeight(): number | undefined;
}
