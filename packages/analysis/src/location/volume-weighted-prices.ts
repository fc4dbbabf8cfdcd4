import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import { TradingSession } from "./trading-session.ts";
import { VolumeWeightedPrice } from "./volume-weighted-price.ts";

export const barsPerDay = 96;

/** VWAP of the UTC day and of the three sessions. */
export class VolumeWeightedPrices {
  readonly daily = new VolumeWeightedPrice();
  readonly asia = new TradingSession("asia");
  readonly london = new TradingSession("london");
  readonly newYork = new TradingSession("newYork");

  update(candles: CandleRing): void {
    const { bar, mask } = candles;
    const at = bar & mask;
    const high = candles.high[at]!;
    const low = candles.low[at]!;
    const close = candles.close[at]!;
    const volume = candles.volume[at]!;
    const quoteVolume = candles.quoteVolume[at]!;
    const barOfDay = bar % barsPerDay;
    if (this.daily.startBar !== bar - barOfDay) this.daily.restart(bar - barOfDay);
    this.daily.add(high, low, close, volume, quoteVolume);
    this.asia.update(bar, barOfDay, high, low, close, volume, quoteVolume);
    this.london.update(bar, barOfDay, high, low, close, volume, quoteVolume);
    this.newYork.update(bar, barOfDay, high, low, close, volume, quoteVolume);
  }

  transfer(stream: StateStream): void {
    this.daily.transfer(stream);
    this.asia.transfer(stream);
    this.london.transfer(stream);
    this.newYork.transfer(stream);
  }
}
