import type { StateStream } from "../state-stream.ts";
import { VolumeWeightedPrice, type VolumeWeightedPriceView } from "./volume-weighted-price.ts";

export type SessionName = "asia" | "london" | "newYork";

/** One trading session of the day, UTC all year. */
export interface TradingSessionView {
  readonly name: SessionName;
  readonly isOpen: boolean;
  /** Of the session that is open, or of the last one. */
  readonly vwap: VolumeWeightedPriceView;
  /** Extremes of the last session that ended and was seen whole; NaN before. */
  readonly previousHigh: number;
  readonly previousLow: number;
}

/** First and last bar of day, the end exclusive: Asia 00 to 08, London 07 to 16, New York 13 to 22 o'clock UTC. */
export const sessionHours: Record<SessionName, readonly [from: number, to: number]> = { asia: [0, 8], london: [7, 16], newYork: [13, 22] };

export class TradingSession implements TradingSessionView {
  readonly name: SessionName;
  readonly vwap = new VolumeWeightedPrice();
  isOpen = false;
  previousHigh = Number.NaN;
  previousLow = Number.NaN;
  /** Whether this update was the last candle of a session that was seen whole. */
  endedNow = false;
  private readonly firstBar: number;
  private readonly endBar: number;
  private high = Number.NaN;
  private low = Number.NaN;
  private isWhole = false;
  private lastBar = -1;

  constructor(name: SessionName) {
    this.name = name;
    const [from, to] = sessionHours[name];
    this.firstBar = from * 4;
    this.endBar = to * 4;
  }

  update(bar: number, barOfDay: number, high: number, low: number, close: number, volume: number, quoteVolume: number): void {
    this.endedNow = false;
    if (barOfDay < this.firstBar || barOfDay >= this.endBar) {
      this.isOpen = false;
      return;
    }
    const startBar = bar - barOfDay + this.firstBar;
    if (this.vwap.startBar !== startBar) {
      this.vwap.restart(startBar);
      this.isWhole = bar === startBar;
      this.high = high;
      this.low = low;
    } else {
      if (bar !== this.lastBar + 1) this.isWhole = false;
      if (high > this.high) this.high = high;
      if (low < this.low) this.low = low;
    }
    this.isOpen = true;
    this.lastBar = bar;
    this.vwap.add(high, low, close, volume, quoteVolume);
    if (barOfDay !== this.endBar - 1 || !this.isWhole) return;
    this.endedNow = true;
    this.previousHigh = this.high;
    this.previousLow = this.low;
  }

  transfer(stream: StateStream): void {
    this.vwap.transfer(stream);
    this.isOpen = stream.flag(this.isOpen);
    this.previousHigh = stream.number(this.previousHigh);
    this.previousLow = stream.number(this.previousLow);
    this.high = stream.number(this.high);
    this.low = stream.number(this.low);
    this.isWhole = stream.flag(this.isWhole);
    this.lastBar = stream.number(this.lastBar);
  }
}
