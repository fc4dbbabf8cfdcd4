import type { StateStream } from "../state-stream.ts";
import { SimpleAverage } from "./simple-average.ts";

/** The plain averages of the 15m close that strategies read. */
export class SimpleAverages {
  readonly sma20 = new SimpleAverage(20);
  readonly sma50 = new SimpleAverage(50);
  readonly sma200 = new SimpleAverage(200);

  update(close: number): void {
    this.sma20.update(close);
    this.sma50.update(close);
    this.sma200.update(close);
  }

  transfer(stream: StateStream): void {
    this.sma20.transfer(stream);
    this.sma50.transfer(stream);
    this.sma200.transfer(stream);
  }
}
