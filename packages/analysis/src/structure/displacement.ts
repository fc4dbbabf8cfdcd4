import type { CandleRing } from "../candle-ring.ts";
import type { StateStream } from "../state-stream.ts";

const bodyInAtr = 1.5;

/** Whether one of the last three candles had a body of at least 1.5 ATR, measured by the ATR of the candle before it. */
export class Displacement {
  /** Sign of the displacement of the last candle, the one before, and the one before that; 0 for none. */
  private current = 0;
  private before = 0;
  private oldest = 0;

  update(candles: CandleRing, atrBefore: number): void {
    const at = candles.bar & candles.mask;
    const body = candles.close[at]! - candles.open[at]!;
    if (candles.run === 1) {
      this.before = 0;
      this.oldest = 0;
    } else {
      this.oldest = this.before;
      this.before = this.current;
    }
    if (body !== 0 && Math.abs(body) >= bodyInAtr * atrBefore) this.current = body > 0 ? 1 : -1;
    else this.current = 0;
  }

  /** How many bars ago the earliest displacement of the last three began, -1 without one. */
  startedBarsAgo(sign: 1 | -1): number {
    if (this.oldest === sign) return 2;
    if (this.before === sign) return 1;
    return this.current === sign ? 0 : -1;
  }

  transfer(stream: StateStream): void {
    this.current = stream.number(this.current);
    this.before = stream.number(this.before);
    this.oldest = stream.number(this.oldest);
  }
}
