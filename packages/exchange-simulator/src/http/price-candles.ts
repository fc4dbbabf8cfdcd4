import { minuteMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { pathTimesMs } from "../market/price-path.ts";
import type { Market } from "../matching/market.ts";

interface Wanted {
  readonly limit: number;
  readonly nowMs: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** A price that can be asked for at any instant, and at the break points of a minute. */
export type MinutePrices = (minuteStartMs: number, untilMs: number) => readonly number[];

/** The mark price of a minute at its break points, and where it stands when the minute is not over. */
export const markPrices =
  (market: Market, instrument: SimulatedInstrument): MinutePrices =>
  (minuteStartMs, untilMs) => {
    const points = market.path.markPoints(instrument, minuteStartMs);
    if (minuteStartMs + minuteMs <= untilMs) return points;
    const passed = points.filter((_, index) => minuteStartMs + pathTimesMs[index]! <= untilMs);
    return [...passed, market.path.markPrice(instrument, untilMs)];
  };

/**
 * Candles of a price without trades, as JSON text, selected as klines are: the last `limit`, or the first from `fromMs` on.
 *
 * What the exchange fills with volumes elsewhere is "0".
 */
export function priceCandles(instrument: SimulatedInstrument, prices: MinutePrices, lengthMs: number, wanted: Wanted): string {
  const { limit, nowMs, fromMs, toMs } = wanted;
  const newest = Math.floor(Math.min(nowMs, toMs ?? nowMs, instrument.endMs - 1) / lengthMs) * lengthMs;
  const oldest = Math.floor(instrument.onboardMs / lengthMs) * lengthMs;
  const first = Math.max(oldest, fromMs === undefined ? newest - (limit - 1) * lengthMs : Math.ceil(fromMs / lengthMs) * lengthMs);
  const last = Math.min(newest, first + (limit - 1) * lengthMs);
  const rows: unknown[] = [];
  for (let openMs = first; openMs <= last; openMs += lengthMs) {
    const untilMs = Math.min(openMs + lengthMs, nowMs);
    const seen: number[] = [];
    for (let atMs = openMs; atMs < untilMs || seen.length === 0; atMs += minuteMs) seen.push(...prices(atMs, untilMs));
    const [open, high, low, close] = [seen[0]!, Math.max(...seen), Math.min(...seen), seen.at(-1)!].map((price) => price.toFixed(8));
    rows.push([openMs, open, high, low, close, "0", openMs + lengthMs - 1, "0", Math.ceil((untilMs - openMs) / 1_000), "0", "0", "0"]);
  }
  return JSON.stringify(rows);
}
