import { dayMs } from "../market/candle-columns.ts";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { smoothNoise } from "../market/noise.ts";
import type { Market } from "../matching/market.ts";

const hourMs = 3_600_000;
const usualShareOfTurnover = 0.35;

/**
 * Open contracts in units of 10^-volumeDecimals base asset: about a third of the volume of the day before, swinging over a day and a half.
 *
 * Invented, because candles do not tell it; a pure function of symbol and time. Steps at midnight are led over within the day.
 */
export function openInterestUnits(market: Market, instrument: SimulatedInstrument, timeMs: number): number {
  const day = Math.floor(timeMs / dayMs);
  const along = timeMs / dayMs - day;
  const before = volumeOf(market, instrument, day - 2) || volumeOf(market, instrument, day - 1);
  const latest = volumeOf(market, instrument, day - 1) || before;
  const swing = Math.exp(0.12 * smoothNoise(instrument.seed ^ 0xa7, timeMs / (36 * hourMs)));
  return Math.round((before + (latest - before) * along) * usualShareOfTurnover * swing);
}

const volumeOf = (market: Market, instrument: SimulatedInstrument, day: number): number =>
  market.candles.total(instrument, day * dayMs, (day + 1) * dayMs)[4]!;
