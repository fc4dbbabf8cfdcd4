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
const ticksAt = (instrument: SimulatedInstrument, character: Character, level: number): number =>
  Math.max(1, Math.round((character.basePrice * Math.exp(level)) / instrument.tickValue));

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
  const quoteUnit = 10 ** instrument.quoteDecimals;
  const turnover = (character.dailyTurnover / barsPerDay) * (0.55 + 0.45 * turbulence);
  let previous = ticksAt(instrument, character, beta * factor.levels[0]! + ownLevels[0]!);
  for (let bar = 0; bar < barsPerDay; bar++) {
    const first = hashAt(seed ^ 0x81, day * barsPerDay + bar);
    const second = hashAt(seed ^ 0x82, day * barsPerDay + bar);
    const jump = first & 15;
    const open = jump === 0 ? previous + 1 : jump === 1 && previous > 1 ? previous - 1 : previous;
    const level = beta * factor.levels[bar + 1]! + ownLevels[bar + 1]!;
    const close = ticksAt(instrument, character, level);
    const shared = beta * factor.deviations[bar]!;
    const deviation = Math.sqrt(shared * shared + ownDeviations[bar]! * ownDeviations[bar]!);
    const inTicks = deviation * close * 1.12;
    const gap = (close - open) * (close - open);
    const doubled = 2 * inTicks * inTicks;
    const high = Math.max(open, close, Math.floor((open + close + Math.sqrt(gap + doubled * exponentialFrom(first, 5))) / 2));
    const reach = Math.sqrt(gap + doubled * exponentialFrom(first, 18));
    const low = Math.max(1, Math.min(open, close, Math.ceil((open + close - reach) / 2)));
    const average = (open + high + low + close) / 4;
    const averagePrice = average * instrument.tickValue;
    const liveliness = (high - low) / (close * usual * 1.35);
    const wanted = turnover * activityOf[bar]! * (0.3 + 0.7 * liveliness) * lognormalFrom(second, 0);
    const volume = Math.max(15, Math.round((wanted / averagePrice) * volumeUnit));
    const surprise = (close - open) / Math.max(inTicks, 0.5);
    const buyShare = 0.5 + (0.17 * surprise) / (1 + Math.abs(surprise)) + 0.045 * normalFrom(second, 10);
    const takerBuy = Math.round(volume * Math.min(0.93, Math.max(0.07, buyShare)));
    const quote = Math.round((volume / volumeUnit) * averagePrice * quoteUnit);
    const offset = bar * rowLength;
    rows[offset] = open;
    rows[offset + 1] = high;
    rows[offset + 2] = low;
    rows[offset + 3] = close;
    rows[offset + 4] = volume;
    rows[offset + 5] = quote;
    rows[offset + 6] = Math.min(volume, Math.max(15, Math.round((wanted / character.tradeSize) * lognormalFrom(second, 20))));
    rows[offset + 7] = takerBuy;
    rows[offset + 8] = Math.round((quote * takerBuy) / volume);
    previous = close;
  }
}
