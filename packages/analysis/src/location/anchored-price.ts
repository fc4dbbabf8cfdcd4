import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";
import type { SwingSide } from "../structure/swings.ts";
import { VolumeWeightedPrice } from "./volume-weighted-price.ts";

/** VWAPs anchored at the last confirmed 1h swing high and swing low; each speaks only from the confirmation of its anchor. */
export class AnchoredPrices {
  readonly fromHigh = new VolumeWeightedPrice();
  readonly fromLow = new VolumeWeightedPrice();

  update(candles: CandleRing, highs: SwingSide, lows: SwingSide, hasHourClosed: boolean): void {
    follow(this.fromHigh, candles, highs, hasHourClosed);
    follow(this.fromLow, candles, lows, hasHourClosed);
  }

  transfer(stream: StateStream): void {
    this.fromHigh.transfer(stream);
    this.fromLow.transfer(stream);
  }
}

const barsPerHour = 4;

function follow(vwap: VolumeWeightedPrice, candles: CandleRing, swing: SwingSide, hasHourClosed: boolean): void {
  if (hasHourClosed && swing.changed) {
    const anchorBar = swing.bar * barsPerHour;
    const firstHeld = candles.bar - candles.run + 1;
    vwap.restart(anchorBar);
    for (let bar = Math.max(anchorBar, firstHeld); bar <= candles.bar; bar++) addBar(vwap, candles, bar);
  } else if (vwap.startBar >= 0) {
    addBar(vwap, candles, candles.bar);
  }
}

function addBar(vwap: VolumeWeightedPrice, candles: CandleRing, bar: number): void {
  const at = bar & candles.mask;
  vwap.add(candles.high[at]!, candles.low[at]!, candles.close[at]!, candles.volume[at]!, candles.quoteVolume[at]!);
}
