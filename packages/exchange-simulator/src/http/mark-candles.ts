import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { Market } from "../matching/market.ts";

interface Wanted {
  readonly limit: number;
  readonly nowMs: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/**
 * Candles of the mark price as JSON text, selected as klines are: the last `limit`, or the first from `fromMs` on.
 *
 * The mark moves in a line inside a minute, so its extremes lie at the minutes' ends. What the exchange fills with volumes elsewhere is "0".
 */
export function markCandles(market: Market, instrument: SimulatedInstrument, lengthMs: number, wanted: Wanted): string {
  const { limit, nowMs, fromMs, toMs } = wanted;
  const newest = Math.floor(Math.min(nowMs, toMs ?? nowMs, instrument.endMs - 1) / lengthMs) * lengthMs;
  const oldest = Math.floor(instrument.onboardMs / lengthMs) * lengthMs;
  const first = Math.max(oldest, fromMs === undefined ? newest - (limit - 1) * lengthMs : Math.ceil(fromMs / lengthMs) * lengthMs);
  const last = Math.min(newest, first + (limit - 1) * lengthMs);
  const rows: unknown[] = [];
  for (let openMs = first; openMs <= last; openMs += lengthMs) {
    const untilMs = Math.min(openMs + lengthMs, nowMs);
    const prices: number[] = [];
    for (let atMs = openMs; atMs < untilMs; atMs += minuteMs) prices.push(market.path.markPrice(instrument, atMs));
    prices.push(market.path.markPrice(instrument, untilMs));
    const [open, high, low, close] = [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!].map((price) =>
      price.toFixed(8),
    );
    rows.push([openMs, open, high, low, close, "0", openMs + lengthMs - 1, "0", prices.length, "0", "0", "0"]);
  }
  return JSON.stringify(rows);
}
