import type { StateStream } from "../state-stream.ts";

/** Highest and lowest of the last `length` highs and lows; NaN until there are as many. */
export class ExtremesWindow {
  readonly length: number;
  high = Number.NaN;
  low = Number.NaN;
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private next = 0;
  private count = 0;

  constructor(length: number) {
    this.length = length;
    this.highs = new Float64Array(length);
    this.lows = new Float64Array(length);
  }

  update(high: number, low: number): void {
    const { highs, lows, length, next } = this;
    const leavingHigh = highs[next]!;
    const leavingLow = lows[next]!;
    highs[next] = high;
    lows[next] = low;
    this.next = next + 1 === length ? 0 : next + 1;
    if (this.count < length) {
      if (++this.count < length) return;
      this.high = largest(highs);
      this.low = smallest(lows);
      return;
    }
    // Only when the extreme itself leaves must the window be searched.
    if (high >= this.high) this.high = high;
    else if (leavingHigh === this.high) this.high = largest(highs);
    if (low <= this.low) this.low = low;
    else if (leavingLow === this.low) this.low = smallest(lows);
  }

  transfer(stream: StateStream): void {
    this.high = stream.number(this.high);
    this.low = stream.number(this.low);
    stream.numbers(this.highs);
    stream.numbers(this.lows);
    this.next = stream.number(this.next);
    this.count = stream.number(this.count);
  }
}

function largest(values: Float64Array): number {
  let result = values[0]!;
  for (let index = 1; index < values.length; index++) if (values[index]! > result) result = values[index]!;
  return result;
}

function smallest(values: Float64Array): number {
  let result = values[0]!;
  for (let index = 1; index < values.length; index++) if (values[index]! < result) result = values[index]!;
  return result;
}
