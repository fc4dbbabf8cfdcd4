import { type Candle, candleDefect } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";

/**
 * Candles from rows `[openTime, open, high, low, close, volume, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, ignored]`,
 * without those that close after `closedByMs`.
 *
 * Written by hand because 650 answers a cycle go through it; throws an Error that names row and field. A row without trades that has volume
 * comes from a source that does not know who traded: its flow is unknown, not 0.
 */
export function candlesFromRows(rows: unknown, timeframe: Timeframe, closedByMs: number): Candle[] {
  if (!Array.isArray(rows)) throw new Error("the candles are no array");
  const candles: Candle[] = [];
  let previousOpenTimeMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < rows.length; index++) {
    const row: unknown = rows[index];
    if (!Array.isArray(row) || row.length < 10) throw new Error(`candle ${index} is no row of 12 fields`);
    const openTimeMs = whole(row, 0, index);
    // The exchange's close time is the last millisecond inside the candle, ours the first one after it.
    if (whole(row, 6, index) !== openTimeMs + durationMs(timeframe) - 1) {
      throw new Error(`candle ${index} (${openTimeMs}) does not last ${timeframe}`);
    }
    if (openTimeMs <= previousOpenTimeMs) throw new Error(`candle ${index} (${openTimeMs}) is not later than the one before`);
    previousOpenTimeMs = openTimeMs;
    if (openTimeMs + durationMs(timeframe) > closedByMs) continue;
    const volume = amount(row, 5, index);
    const trades = whole(row, 8, index);
    const flowKnown = trades > 0 || volume === 0;
    const candle = {
      openTimeMs,
      open: amount(row, 1, index),
      high: amount(row, 2, index),
      low: amount(row, 3, index),
      close: amount(row, 4, index),
      volume,
      quoteVolume: flowKnown ? amount(row, 7, index) : Number.NaN,
      tradeCount: flowKnown ? trades : Number.NaN,
      takerBuyVolume: flowKnown ? amount(row, 9, index) : Number.NaN,
    };
    const defect = candleDefect(candle, timeframe);
    if (defect !== undefined) throw new Error(`candle ${index} (${openTimeMs}): ${defect}`);
    candles.push(candle);
  }
  return candles;
}

function whole(row: readonly unknown[], field: number, index: number): number {
  const value = row[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error(`candle ${index} field ${field} is no whole number`);
  return value;
}

function amount(row: readonly unknown[], field: number, index: number): number {
  const text = row[field];
  const value = typeof text === "string" && text !== "" ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new Error(`candle ${index} field ${field} is no decimal`);
  return value;
}
