import type { StateStream } from "../state-stream.ts";

/** Exponential moving average, seeded by the plain average of its first `length` values; NaN before. */
export class ExponentialAverage {
  readonly length: number;
  value = Number.NaN;
  private readonly weight: number;
  private sum = 0;
  private seen = 0;

  constructor(length: number) {
    this.length = length;
    this.weight = 2 / (length + 1);
  }

  update(input: number): void {
    if (this.seen >= this.length) {
      this.value += (input - this.value) * this.weight;
      return;
    }
    this.sum += input;
    this.seen++;
    if (this.seen === this.length) this.value = this.sum / this.length;
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    this.sum = stream.number(this.sum);
    this.seen = stream.number(this.seen);
  }
}
