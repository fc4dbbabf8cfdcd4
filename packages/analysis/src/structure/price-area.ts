/** How far the life of a block or gap has gone. */
export const BlockState = { fresh: 0, touched: 1, mitigated: 2 } as const;

/** A price range that something left behind; a live object of the engine, valid until the next update. */
export interface PriceArea {
  /** 1 when it supports a long (it lies where price rose from), -1 for a short. */
  readonly sign: 1 | -1;
  /** Bar number of the candle that it is about. */
  readonly bar: number;
  /** Bar number of the close that made it known. */
  readonly formedBar: number;
  readonly top: number;
  readonly bottom: number;
  /** 0 fresh, 1 touched, 2 its middle was reached. */
  readonly state: number;
  /** Bar number of the first touch, -1 before. */
  readonly touchedBar: number;
}
