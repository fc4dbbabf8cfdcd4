import type { StateStream } from "../state-stream.ts";
import { RankWindow } from "./rank-window.ts";

/** Average and two population deviations around it, in price units. */
export interface BollingerView {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
  /** Width of the bands as a fraction of the middle. */
  readonly width: number;
  /** Rank of the width among its last 120, 0 to 100. */
  readonly widthPercentile: number;
}

const deviations = 2;
const rankedWidths = 120;

export class BollingerBands implements BollingerView {
  readonly length: number;
  middle = Number.NaN;
  upper = Number.NaN;
  lower = Number.NaN;
  private readonly values: Float64Array;
  private readonly widths = new RankWindow(rankedWidths);
  private next = 0;
  private count = 0;

  constructor(length: number) {
    this.length = length;
    this.values = new Float64Array(length);
  }

  get width(): number {
    return (this.upper - this.lower) / this.middle;
  }
  get widthPercentile(): number {
    return this.widths.percentile;
  }

  update(close: number): void {
    const { values, length } = this;
    values[this.next] = close;
    if (++this.next === length) this.next = 0;
    if (this.count < length && ++this.count < length) return;
    let sum = 0;
    for (let index = 0; index < length; index++) sum += values[index]!;
    const middle = sum / length;
    // Squares of differences, not a difference of squares: exact 0 on a flat stretch.
    let squares = 0;
    for (let index = 0; index < length; index++) {
      const difference = values[index]! - middle;
      squares += difference * difference;
    }
    const reach = deviations * Math.sqrt(squares / length);
    this.middle = middle;
    this.upper = middle + reach;
    this.lower = middle - reach;
    this.widths.update((2 * reach) / middle);
  }

  transfer(stream: StateStream): void {
    this.middle = stream.number(this.middle);
    this.upper = stream.number(this.upper);
    this.lower = stream.number(this.lower);
    stream.numbers(this.values);
    this.widths.transfer(stream);
    this.next = stream.number(this.next);
    this.count = stream.number(this.count);
  }
}
