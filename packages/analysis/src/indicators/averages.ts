import type { StateStream } from "../state-stream.ts";
import { ExponentialAverage } from "./exponential-average.ts";

/** The exponential averages of the 15m close that strategies read. */
export class Averages {
  readonly ema9 = new ExponentialAverage(9);
  readonly ema20 = new ExponentialAverage(20);
  readonly ema21 = new ExponentialAverage(21);
  readonly ema50 = new ExponentialAverage(50);
  readonly ema200 = new ExponentialAverage(200);

  update(close: number): void {
    this.ema9.update(close);
    this.ema20.update(close);
    this.ema21.update(close);
    this.ema50.update(close);
    this.ema200.update(close);
  }

  transfer(stream: StateStream): void {
    this.ema9.transfer(stream);
    this.ema20.transfer(stream);
    this.ema21.transfer(stream);
    this.ema50.transfer(stream);
    this.ema200.transfer(stream);
  }
}
