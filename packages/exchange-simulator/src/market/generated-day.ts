import type { AnchorWalk } from "./anchor-walk.ts";
import { rowLength } from "./candle-columns.ts";
import type { SimulatedInstrument } from "./instrument.ts";
import { activityOf, barsPerDay, bridgeDay, type FactorDay, fillDeviations } from "./market-factor.ts";
import { exponentialFrom, hashAt, lognormalFrom, normalFrom } from "./noise.ts";

/** How a generated contract behaves. */
export interface Character {
  /** Price at level 0. */
  readonly basePrice: number;
  /** Share of the common movement that it follows. */
  readonly beta: number;
  /** Its own movement; undefined for Bitcoin, which is the common movement. */
  readonly own: AnchorWalk | undefined;
  /** Usual turnover of a day in USDT. */
  readonly dailyTurnover: number;
  /** Usual size of one trade in USDT. */
  readonly tradeSize: number;
}

const ownDeviations = new Float64Array(barsPerDay);
const ownLevels = new Float64Array(barsPerDay + 1);

/** The price in ticks at a log-level: at least one. */
function ticksAt(ticksPerFactor: number, level: number): number {
  const ticks = Math.floor(ticksPerFactor * Math.exp(level) + 0.5);
  return Math.max(ticks, 1);
}

/**
 * Writes the 96 candles of one UTC day.
 *
 * Extremes are drawn from the distribution of a Brownian bridge's maximum, volume follows the range, taker flow follows the return.
 * Every candle trades: at least 15 trades, so that each of its minutes may have one.
 */
export function generateDay(
  instrument: SimulatedInstrument,
  character: Character,
  day: number,
  factor: FactorDay,
  turbulence: number,
  rows: Float64Array,
): void {
  const { seed } = instrument;
  const { beta, own } = character;
  if (own === undefined) {
    ownLevels.fill(0);
    ownDeviations.fill(0);
  } else {
    fillDeviations(own, seed, day, ownDeviations);
    bridgeDay(seed ^ 0x71, day, own.levelAt(day), own.levelAt(day + 1), ownDeviations, ownLevels);
  }
  const usual = Math.hypot(beta * 0.02, own?.dailyDeviation ?? 0) / Math.sqrt(barsPerDay);
  const volumeUnit = 10 ** instrument.volumeDecimals;
  const quotePerTickVolume = (instrument.tickValue * 10 ** instrument.quoteDecimals) / volumeUnit;
  const turnover = (character.dailyTurnover / barsPerDay) * (0.55 + 0.45 * turbulence);
  const volumePerUsdtTick = volumeUnit / instrument.tickValue;
  const ticksPerFactor = character.basePrice / instrument.tickValue;
  const tradesPerUsdt = 1 / character.tradeSize;
  const livelinessPerShare = 0.7 / (usual * 1.35);
  const { levels, deviations } = factor;
  let previous = ticksAt(ticksPerFactor, beta * levels[0]! + ownLevels[0]!);
  for (let bar = 0; bar < barsPerDay; bar++) {
    const first = hashAt(seed ^ 0x81, day * barsPerDay + bar);
    const second = hashAt(seed ^ 0x82, day * barsPerDay + bar);
    const jump = first & 15;
    const open = jump === 0 ? previous + 1 : jump === 1 && previous > 1 ? previous - 1 : previous;
    const close = ticksAt(ticksPerFactor, beta * levels[bar + 1]! + ownLevels[bar + 1]!);
    const shared = beta * deviations[bar]!;
    const apart = ownDeviations[bar]!;
    const variance = (shared * shared + apart * apart) * close * close * 1.25;
    const inTicks = Math.sqrt(variance);
    const gap = (close - open) * (close - open);
    const top = Math.max(open, close);
    const bottom = Math.min(open, close);
    // The maximum of a Brownian bridge from open to close, and by symmetry its minimum.
    const rise = Math.floor((open + close + Math.sqrt(gap + 2 * variance * exponentialFrom(first, 5))) * 0.5);
    const fall = Math.ceil((open + close - Math.sqrt(gap + 2 * variance * exponentialFrom(first, 18))) * 0.5);
    const high = Math.max(rise, top);
    const low = Math.max(1, Math.min(fall, bottom));
    const average = (open + high + low + close) * 0.25;
    const wanted = turnover * activityOf[bar]! * (0.3 + ((high - low) / close) * livelinessPerShare) * lognormalFrom(second, 0);
    const volume = atLeast15(Math.floor((wanted * volumePerUsdtTick) / average));
    const surprise = (close - open) / Math.max(inTicks, 0.5);
    const buyShare = 0.5 + (0.17 * surprise) / (1 + Math.abs(surprise)) + 0.045 * normalFrom(second, 10);
    const bounded = Math.min(0.93, Math.max(0.07, buyShare));
    const takerBuy = Math.floor(volume * bounded);
    const trades = atLeast15(Math.floor(wanted * tradesPerUsdt * lognormalFrom(second, 20)));
    const offset = bar * rowLength;
    rows[offset] = open;
    rows[offset + 1] = high;
    rows[offset + 2] = low;
    rows[offset + 3] = close;
    rows[offset + 4] = volume;
    rows[offset + 5] = Math.floor(volume * average * quotePerTickVolume);
    rows[offset + 6] = Math.min(trades, volume);
    rows[offset + 7] = takerBuy;
    rows[offset + 8] = Math.floor(takerBuy * average * quotePerTickVolume);
    previous = close;
  }
}

const atLeast15 = (count: number): number => Math.max(count, 15);
