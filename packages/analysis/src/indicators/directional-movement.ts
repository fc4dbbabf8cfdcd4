import type { StateStream } from "../state-stream.ts";

/** Wilder's directional movement of one length, all values 0 to 100. */
export interface DirectionalMovementView {
  readonly adx: number;
  readonly plusDi: number;
  readonly minusDi: number;
}

/** ADX and DI, Wilder, each seeded by the plain average of its first values; without any direction the index is 0 and recovers. */
export class DirectionalMovement implements DirectionalMovementView {
  readonly length: number;
  adx = Number.NaN;
  plusDi = Number.NaN;
  minusDi = Number.NaN;
  private previousHigh = Number.NaN;
  private previousLow = Number.NaN;
  private previousClose = Number.NaN;
  private trueRange = 0;
  private plus = 0;
  private minus = 0;
  private indexSum = 0;
  private seen = 0;

  constructor(length: number) {
    this.length = length;
  }

  update(high: number, low: number, close: number): void {
    const { length, previousHigh, previousLow, previousClose } = this;
    this.previousHigh = high;
    this.previousLow = low;
    this.previousClose = close;
    if (Number.isNaN(previousClose)) return;
    const up = high - previousHigh;
    const down = previousLow - low;
    const plus = up > down && up > 0 ? up : 0;
    const minus = down > up && down > 0 ? down : 0;
    const range = Math.max(high, previousClose) - Math.min(low, previousClose);
    this.seen++;
    if (this.seen <= length) {
      this.trueRange += range / length;
      this.plus += plus / length;
      this.minus += minus / length;
      if (this.seen < length) return;
    } else {
      this.trueRange += (range - this.trueRange) / length;
      this.plus += (plus - this.plus) / length;
      this.minus += (minus - this.minus) / length;
    }
    const hasRange = this.trueRange > 0;
    this.plusDi = hasRange ? (100 * this.plus) / this.trueRange : 0;
    this.minusDi = hasRange ? (100 * this.minus) / this.trueRange : 0;
    const sum = this.plusDi + this.minusDi;
    const index = sum > 0 ? (100 * Math.abs(this.plusDi - this.minusDi)) / sum : 0;
    if (this.seen >= 2 * length) {
      this.adx += (index - this.adx) / length;
      return;
    }
    this.indexSum += index;
    if (this.seen === 2 * length - 1) this.adx = this.indexSum / length;
  }

  transfer(stream: StateStream): void {
    this.adx = stream.number(this.adx);
    this.plusDi = stream.number(this.plusDi);
    this.minusDi = stream.number(this.minusDi);
    this.previousHigh = stream.number(this.previousHigh);
    this.previousLow = stream.number(this.previousLow);
    this.previousClose = stream.number(this.previousClose);
    this.trueRange = stream.number(this.trueRange);
    this.plus = stream.number(this.plus);
    this.minus = stream.number(this.minus);
    this.indexSum = stream.number(this.indexSum);
    this.seen = stream.number(this.seen);
  }
}
