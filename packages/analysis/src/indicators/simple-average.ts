import type { StateStream } from "../state-stream.ts";

/** Plain average of the last `length` values; NaN before. The sum is made anew at each turn of the window, so that rounding never piles up. */
export class SimpleAverage {
  readonly length: number;
  value = Number.NaN;
  private readonly values: Float64Array;
  private next = 0;
  private count = 0;
  private sum = 0;

  constructor(length: number) {
    this.length = length;
    this.values = new Float64Array(length);
  }

  update(input: number): void {
    const { values, length } = this;
    this.sum += input - values[this.next]!;
    values[this.next] = input;
    if (++this.next === length) {
      this.next = 0;
      let sum = 0;
      for (let index = 0; index < length; index++) sum += values[index]!;
      this.sum = sum;
    }
    if (this.count < length) this.count++;
    if (this.count === length) this.value = this.sum / length;
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    stream.numbers(this.values);
    this.next = stream.number(this.next);
    this.count = stream.number(this.count);
    this.sum = stream.number(this.sum);
  }
}
