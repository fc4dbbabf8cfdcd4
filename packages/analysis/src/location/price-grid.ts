import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { tickDecimals } from "./tick-decimals.ts";

const bins = 1024;
const binInAtr = 0.1;
/** Sums stay exact integers below this. */
const largestUnits = 2 ** 52;

/** Equal price bins around the traded prices, with one formula for which bin a price belongs to. */
export class PriceGrid {
  static readonly bins = bins;
  binsPerPrice = 1;
  unitsPerVolume = 1;
  /** Number of bin 0 of the arrays, counted from price 0. */
  private base = 0;

  /** A grid that holds the candles from `firstBar` on with room around them. */
  choose(candles: CandleRing, firstBar: number, atr: number): void {
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    let volume = 0;
    for (let bar = firstBar; bar <= candles.bar; bar++) {
      const at = bar & candles.mask;
      low = Math.min(low, candles.low[at]!);
      high = Math.max(high, candles.high[at]!);
      volume += candles.volume[at]!;
    }
    const ticksPerPrice = 10 ** tickDecimals(candles);
    let ticksPerBin = Math.max(1, Math.round(binInAtr * atr * ticksPerPrice));
    // Half of the bins stay free for where price goes next.
    while ((high - low) * (ticksPerPrice / ticksPerBin) > bins / 2) ticksPerBin *= 2;
    this.binsPerPrice = ticksPerPrice / ticksPerBin;
    this.base = Math.floor(((low + high) / 2) * this.binsPerPrice) - bins / 2;
    this.unitsPerVolume = volume > 0 ? 2 ** Math.floor(Math.log2(largestUnits / 16 / volume)) : 2 ** 20;
  }

  binOf(price: number): number {
    // A price on a boundary belongs to the bin above it, whatever the last bit of the product says.
    return Math.floor(price * this.binsPerPrice + 1e-6) - this.base;
  }

  /** Lower price of a bin. */
  priceOf(bin: number): number {
    return (bin + this.base) / this.binsPerPrice;
  }

  holds(low: number, high: number): boolean {
    return this.binOf(low) >= 0 && this.binOf(high) < bins;
  }

  canCount(units: number, volume: number): boolean {
    return units + volume * this.unitsPerVolume < largestUnits;
  }

  /** What each of the bins from `first` to `last` gets of a candle's volume, which is spread evenly over them. */
  unitsPerBin(first: number, last: number, volume: number): number {
    return Math.round((volume * this.unitsPerVolume) / (last - first + 1));
  }

  transfer(stream: StateStream): void {
    this.binsPerPrice = stream.number(this.binsPerPrice);
    this.unitsPerVolume = stream.number(this.unitsPerVolume);
    this.base = stream.number(this.base);
  }
}
