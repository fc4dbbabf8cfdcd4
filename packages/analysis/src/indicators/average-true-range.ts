import type { StateStream } from "../state-stream.ts";

/** Wilder's ATR in price units, seeded by the plain average of the first true ranges (the very first candle has none). */
export class AverageTrueRange {
  readonly length: number;
  value = Number.NaN;
  /** The value one candle earlier: what a body is measured by must not contain that body. */
  previous = Number.NaN;
  private previousClose = Number.NaN;
  private sum = 0;
  private seen = 0;

  constructor(length: number) {
    this.length = length;
  }

  update(high: number, low: number, close: number): void {
    this.previous = this.value;
    const before = this.previousClose;
    this.previousClose = close;
    if (Number.isNaN(before)) return;
    const range = Math.max(high, before) - Math.min(low, before);
    if (this.seen >= this.length) {
      this.value += (range - this.value) / this.length;
      return;
    }
    this.sum += range;
    if (++this.seen === this.length) this.value = this.sum / this.length;
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    this.previous = stream.number(this.previous);
    this.previousClose = stream.number(this.previousClose);
    this.sum = stream.number(this.sum);
    this.seen = stream.number(this.seen);
  }
}
