import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import type { Swings } from "./swings.ts";

/** The range of the last confirmed swing pair, extended by later extremes: above its middle is premium, below is discount. */
export interface DealingRangeView {
  /** NaN until a swing high and a swing low are confirmed. */
  readonly high: number;
  readonly low: number;
  /** Where the close lies in the range, 0 (its low) to 1 (its high); 0.5 for a range without height, NaN without a range. */
  readonly position: number;
}

export class DealingRange implements DealingRangeView {
  high = Number.NaN;
  low = Number.NaN;
  position = Number.NaN;

  update(candles: CandleRing, swings: Swings): void {
    const at = candles.bar & candles.mask;
    // Nothing between the swing and its confirmation exceeded it, so the present candle is all that can extend it.
    this.high = swings.highs.changed ? swings.highs.price : this.high;
    this.low = swings.lows.changed ? swings.lows.price : this.low;
    if (candles.high[at]! > this.high) this.high = candles.high[at]!;
    if (candles.low[at]! < this.low) this.low = candles.low[at]!;
    const height = this.high - this.low;
    this.position = height === 0 ? 0.5 : (candles.close[at]! - this.low) / height;
  }

  transfer(stream: StateStream): void {
    this.high = stream.number(this.high);
    this.low = stream.number(this.low);
    this.position = stream.number(this.position);
  }
}
