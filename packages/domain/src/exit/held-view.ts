import type { Direction } from "../direction.ts";

/** What the analysis sees of a symbol in which a position is open, at one candle close; prices are float64, because it is a look. */
export interface HeldView {
  readonly positionId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly closePrice: number;
  /** ATR14 of the 15m candles; 0 when it is not computed. */
  readonly atr: number;
  /** The last confirmed swing that the position leans on: a low for a long, a high for a short; undefined when there is none. */
  readonly swingPrice: number | undefined;
  /** What the strategy that opened it thinks of the held direction now, 0..1; undefined when it cannot say without a signal. */
  readonly confidence: number | undefined;
  /** The close of the candle that confirmed the newest change of character against the position, UTC; undefined when there is none. */
  readonly changedAgainstAtMs: number | undefined;
}
