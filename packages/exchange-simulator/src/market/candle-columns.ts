/**
 * A candle as nine float64 in a row of a typed array.
 *
 * Prices are whole ticks, volumes whole units of 10^-volumeDecimals base asset, quote volumes whole units of 10^-quoteDecimals USDT,
 * so that sums of them are exact. NaN in quote, trades or taker columns means unknown; open 0 means that there is no candle.
 */
export const column = { open: 0, high: 1, low: 2, close: 3, volume: 4, quote: 5, trades: 6, takerBuy: 7, takerQuote: 8 } as const;

export const rowLength = 9;

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** Candles of one UTC day at the feed's base timeframe; slot i opens at day start + i x baseMs. */
export interface DayCandles {
  readonly slots: number;
  readonly rows: Float64Array;
}

/** A candle being put together from finer ones, in order. */
export class CandleSum {
  readonly row = new Float64Array(rowLength);

  get empty(): boolean {
    return this.row[column.open] === 0;
  }

  clear(): void {
    this.row.fill(0);
  }

  add(rows: Float64Array, offset: number): void {
    const sum = this.row;
    if (sum[0] === 0) {
      for (let index = 0; index < rowLength; index++) sum[index] = rows[offset + index]!;
      return;
    }
    if (rows[offset + 1]! > sum[1]!) sum[1] = rows[offset + 1]!;
    if (rows[offset + 2]! < sum[2]!) sum[2] = rows[offset + 2]!;
    sum[3] = rows[offset + 3]!;
    for (let index = 4; index < rowLength; index++) sum[index] = sum[index]! + rows[offset + index]!;
  }
}
