import type { StateStream } from "../state-stream.ts";
import { ExtremesWindow } from "./extremes-window.ts";
import { SimpleAverage } from "./simple-average.ts";

/** Stochastic 14/3/3, both lines 0 to 100. */
export interface StochasticView {
  readonly k: number;
  readonly d: number;
}

/** Where the close lies in the range of 14 candles (50 when there is none), smoothed by 3 (k) and by 3 again (d). */
export class Stochastic implements StochasticView {
  private readonly extremes = new ExtremesWindow(14);
  private readonly smoothed = new SimpleAverage(3);
  private readonly signal = new SimpleAverage(3);

  get k(): number {
    return this.smoothed.value;
  }
  get d(): number {
    return this.signal.value;
  }

  update(high: number, low: number, close: number): void {
    this.extremes.update(high, low);
    const range = this.extremes.high - this.extremes.low;
    if (Number.isNaN(range)) return;
    this.smoothed.update(range === 0 ? 50 : (100 * (close - this.extremes.low)) / range);
    if (!Number.isNaN(this.smoothed.value)) this.signal.update(this.smoothed.value);
  }

  transfer(stream: StateStream): void {
    this.extremes.transfer(stream);
    this.smoothed.transfer(stream);
    this.signal.transfer(stream);
  }
}
