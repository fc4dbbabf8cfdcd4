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
  startBar = -1;
  /** Prices are summed as distances from here: squares of whole prices would drown the deviation in rounding. */
  private origin = Number.NaN;
  private volume = 0;
  private weighted = 0;
  private weightedSquares = 0;
  /** What it showed before it began anew: valid until the first candle with volume. */
  private heldValue = Number.NaN;
  private heldDeviation = 0;

  get value(): number {
    return this.volume > 0 ? this.origin + this.weighted / this.volume : this.heldValue;
  }
  get deviation(): number {
    if (this.volume === 0) return this.heldDeviation;
    const mean = this.weighted / this.volume;
    return Math.sqrt(Math.max(0, this.weightedSquares / this.volume - mean * mean));
  }
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

  restart(bar: number): void {
    this.heldDeviation = this.deviation;
    this.heldValue = this.value;
    this.startBar = bar;
    this.volume = 0;
    this.weighted = 0;
    this.weightedSquares = 0;
  }

  add(high: number, low: number, close: number, volume: number, quoteVolume: number): void {
    if (volume === 0) {
      if (Number.isNaN(this.heldValue)) this.heldValue = (high + low + close) / 3;
      return;
    }
    const price = Number.isNaN(quoteVolume) ? (high + low + close) / 3 : quoteVolume / volume;
    if (this.volume === 0) this.origin = price;
    const distance = price - this.origin;
    this.volume += volume;
    this.weighted += volume * distance;
    this.weightedSquares += volume * distance * distance;
  }

  transfer(stream: StateStream): void {
    this.startBar = stream.number(this.startBar);
    this.origin = stream.number(this.origin);
    this.volume = stream.number(this.volume);
    this.weighted = stream.number(this.weighted);
    this.weightedSquares = stream.number(this.weightedSquares);
    this.heldValue = stream.number(this.heldValue);
    this.heldDeviation = stream.number(this.heldDeviation);
  }
}
