import type { StateStream } from "../state-stream.ts";

/** Wilder's RSI, 0 to 100, seeded by the plain average of the first changes; 50 while nothing moves. */
export class RelativeStrength {
  readonly length: number;
  value = Number.NaN;
  private previousClose = Number.NaN;
  private gain = 0;
  private loss = 0;
  private seen = 0;

  constructor(length: number) {
    this.length = length;
  }

  update(close: number): void {
    const change = close - this.previousClose;
    this.previousClose = close;
    if (Number.isNaN(change)) return;
    const gain = Math.max(change, 0);
    const loss = change < 0 ? -change : 0;
    const length = this.length;
    if (this.seen < length) {
      this.gain += gain / length;
      this.loss += loss / length;
      if (++this.seen < length) return;
    } else {
      this.gain += (gain - this.gain) / length;
      this.loss += (loss - this.loss) / length;
    }
    const total = this.gain + this.loss;
    this.value = total === 0 ? 50 : (100 * this.gain) / total;
  }

  transfer(stream: StateStream): void {
    this.value = stream.number(this.value);
    this.previousClose = stream.number(this.previousClose);
    this.gain = stream.number(this.gain);
    this.loss = stream.number(this.loss);
    this.seen = stream.number(this.seen);
  }
}
