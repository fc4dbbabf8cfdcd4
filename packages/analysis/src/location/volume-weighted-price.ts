import type { StateStream } from "../state-stream.ts";

/** A volume-weighted average price with bands of one and two volume-weighted deviations. */
export interface VolumeWeightedPriceView {
  /** NaN before its first traded candle. */
  readonly value: number;
  readonly deviation: number;
  readonly upper1: number;
  readonly lower1: number;
  readonly upper2: number;
  readonly lower2: number;
  /** Bar number of the candle that it starts at, -1 before. */
  readonly startBar: number;
}

/** sum(quote volume) / sum(volume), hlc3-weighted where the quote volume is unknown; candles without volume leave it as it was. */
export class VolumeWeightedPrice implements VolumeWeightedPriceView {
  value = Number.NaN;
  deviation = Number.NaN;
  startBar = -1;
  /** Prices are summed as distances from here: squares of whole prices would drown the deviation in rounding. */
  private origin = 0;
  private volume = 0;
  private weighted = 0;
  private weightedSquares = 0;

  get upper1(): number {
    return this.value + this.deviation;
  }
  get lower1(): number {
    return this.value - this.deviation;
  }
  get upper2(): number {
    return this.value + 2 * this.deviation;
  }
  get lower2(): number {
    return this.value - 2 * this.deviation;
  }

  /** Begins anew; the last value stays until the first candle with volume. */
  restart(bar: number): void {
    this.startBar = bar;
    this.volume = 0;
    this.weighted = 0;
    this.weightedSquares = 0;
  }

  add(high: number, low: number, close: number, volume: number, quoteVolume: number): void {
    if (volume === 0) {
      if (this.volume === 0 && Number.isNaN(this.value)) {
        this.value = (high + low + close) / 3;
        this.deviation = 0;
      }
      return;
    }
    const price = Number.isNaN(quoteVolume) ? (high + low + close) / 3 : quoteVolume / volume;
    if (this.volume === 0) this.origin = price;
    const distance = price - this.origin;
    this.volume += volume;
    this.weighted += volume * distance;
    this.weightedSquares += volume * distance * distance;
    const mean = this.weighted / this.volume;
    const variance = this.weightedSquares / this.volume - mean * mean;
    this.value = this.origin + mean;
    this.deviation = variance > 0 ? Math.sqrt(variance) : 0;
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    this.deviation = stream.number(this.deviation);
    this.startBar = stream.number(this.startBar);
    this.origin = stream.number(this.origin);
    this.volume = stream.number(this.volume);
    this.weighted = stream.number(this.weighted);
    this.weightedSquares = stream.number(this.weightedSquares);
  }
}
