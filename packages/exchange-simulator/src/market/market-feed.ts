import type { DayCandles } from "./candle-columns.ts";
import type { SimulatedInstrument } from "./instrument.ts";

/** Where candles come from; everything finer or coarser than the base timeframe is made from what is here. */
export interface MarketFeed {
  /** In the order of exchangeInfo. */
  readonly instruments: readonly SimulatedInstrument[];
  find(symbol: string): SimulatedInstrument | undefined;
  baseMs(instrument: SimulatedInstrument): number;
  /** The candles of one UTC day (days since 1970), undefined when there are none. With `keep` false the rows are valid until the next call only. */
  day(instrument: SimulatedInstrument, day: number, keep?: boolean): DayCandles | undefined;
  /** The minutes of the candle that opens then, where they are known; undefined, or absent, where they are to be drawn. */
  minutesOf?(instrument: SimulatedInstrument, openTimeMs: number): Float64Array | undefined;
  /** The rate settled at a funding time, as decimal text. */
  fundingRate(instrument: SimulatedInstrument, fundingTimeMs: number): string;
  /** Relative distance of the mark price from the course of the last price, at a minute and its parts. */
  basis(instrument: SimulatedInstrument, minute: number): number;
  /** Relative distance of the mark price from the index: what longs are ready to pay. */
  premium(instrument: SimulatedInstrument, minute: number): number;
}

/** No mark price strays further from the course of the last price than this. */
export const maxBasis = 0.0003;
/** No mark price strays further from the index than this. */
export const maxPremium = 0.001;

export const bounded = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
