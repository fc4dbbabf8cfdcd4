import type { StateStream } from "../state-stream.ts";
import { ExponentialAverage } from "./exponential-average.ts";

/** MACD 12/26/9 in price units: the fast less the slow average, its signal line and the histogram between them. */
export interface MovingAverageConvergenceView {
  readonly line: number;
  readonly signal: number;
  readonly histogram: number;
  readonly previousHistogram: number;
}

export class MovingAverageConvergence implements MovingAverageConvergenceView {
  line = Number.NaN;
  histogram = Number.NaN;
  previousHistogram = Number.NaN;
  private readonly fast = new ExponentialAverage(12);
  private readonly slow = new ExponentialAverage(26);
  private readonly smoothed = new ExponentialAverage(9);

  get signal(): number {
    return this.smoothed.value;
  }

  update(close: number): void {
    this.fast.update(close);
    this.slow.update(close);
    this.line = this.fast.value - this.slow.value;
    if (Number.isNaN(this.line)) return;
    this.smoothed.update(this.line);
    this.previousHistogram = this.histogram;
    this.histogram = this.line - this.smoothed.value;
  }

  transfer(stream: StateStream): void {
    this.line = stream.number(this.line);
    this.histogram = stream.number(this.histogram);
    this.previousHistogram = stream.number(this.previousHistogram);
    this.fast.transfer(stream);
    this.slow.transfer(stream);
    this.smoothed.transfer(stream);
  }
}
