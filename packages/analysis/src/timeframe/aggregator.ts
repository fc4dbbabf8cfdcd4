import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import type { StateStream } from "../state-stream.ts";

/**
 * Builds candles of a longer timeframe from 15m candles; a parent with a missing child is never given out.
 *
 * Quote volume, count and taker flow of a parent are unknown (NaN) when those of one child are.
 */
export class Aggregator implements Candle {
  readonly childrenPerParent: number;
  private readonly durationMs: number;
  parentBar = -1;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = Number.NaN;
  quoteVolume = Number.NaN;
  tradeCount = Number.NaN;
  takerBuyVolume = Number.NaN;
  /** The 15m bar that closes the parent. */
  private lastChild = -1;
  private children = 0;
  /** The parent came from a native history: it waits for its own close, its children are not counted. */
  private isNative = false;

  constructor(timeframe: Timeframe) {
    this.durationMs = durationMs(timeframe);
    this.childrenPerParent = this.durationMs / durationMs("15m");
  }

  get openTimeMs(): number {
    return this.parentBar * this.durationMs;
  }

  /** Takes a native candle for the parent whose first children are not at hand. */
  startWith(native: Candle): void {
    this.parentBar = native.openTimeMs / this.durationMs;
    this.lastChild = (this.parentBar + 1) * this.childrenPerParent - 1;
    this.open = native.open;
    this.high = native.high;
    this.low = native.low;
    this.close = native.close;
    this.volume = native.volume;
    this.quoteVolume = native.quoteVolume;
    this.tradeCount = native.tradeCount;
    this.takerBuyVolume = native.takerBuyVolume;
    this.children = 0;
    this.isNative = true;
  }

  /** Adds a 15m candle; true when it closed a complete parent, which is then this object itself. */
  add(bar: number, candle: Candle): boolean {
    const isLastChild = bar === this.lastChild;
    if (bar > this.lastChild) {
      this.parentBar = Math.floor(bar / this.childrenPerParent);
      this.lastChild = (this.parentBar + 1) * this.childrenPerParent - 1;
      this.open = candle.open;
      this.high = candle.high;
      this.low = candle.low;
      this.close = candle.close;
      this.volume = candle.volume;
      this.quoteVolume = candle.quoteVolume;
      this.tradeCount = candle.tradeCount;
      this.takerBuyVolume = candle.takerBuyVolume;
      this.children = 1;
      this.isNative = false;
      return false;
    }
    if (this.isNative) return isLastChild;
    if (candle.high > this.high) this.high = candle.high;
    if (candle.low < this.low) this.low = candle.low;
    this.close = candle.close;
    this.volume += candle.volume;
    this.quoteVolume += candle.quoteVolume;
    this.tradeCount += candle.tradeCount;
    this.takerBuyVolume += candle.takerBuyVolume;
    this.children++;
    return isLastChild && this.children === this.childrenPerParent;
  }

  transfer(stream: StateStream): void {
    this.parentBar = stream.number(this.parentBar);
    this.lastChild = stream.number(this.lastChild);
    this.open = stream.number(this.open);
    this.high = stream.number(this.high);
    this.low = stream.number(this.low);
    this.close = stream.number(this.close);
    this.volume = stream.number(this.volume);
    this.quoteVolume = stream.number(this.quoteVolume);
    this.tradeCount = stream.number(this.tradeCount);
    this.takerBuyVolume = stream.number(this.takerBuyVolume);
    this.children = stream.number(this.children);
    this.isNative = stream.flag(this.isNative);
  }
}
