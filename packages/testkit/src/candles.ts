import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";

/** How the market behaves for a while. */
export type CandleRegime = "up" | "down" | "range" | "crash" | "flat";

export interface SeededCandlesOptions {
  readonly seed: number;
  readonly count: number;
  /** Open time of the first candle; rounded down to a boundary of the timeframe. Default 2024-01-01. */
  readonly startMs?: number;
  readonly timeframe?: Timeframe;
  /** Default 100. */
  readonly startPrice?: number;
  /** Prices are multiples of it. Default 0.01. */
  readonly tickSize?: number;
  /** Which regimes may occur; each lasts 40 to 240 candles. Default all. */
  readonly regimes?: readonly CandleRegime[];
  /** Whether quote volume, trade count and taker flow are known; unknown is NaN. Default true. */
  readonly knownFlow?: boolean;
}

/** Drift and volatility of one candle's log return. */
const behaviours: Record<CandleRegime, { readonly drift: number; readonly volatility: number }> = {
  up: { drift: 0.0006, volatility: 0.003 },
  down: { drift: -0.0006, volatility: 0.003 },
  range: { drift: 0, volatility: 0.002 },
  crash: { drift: -0.004, volatility: 0.012 },
  flat: { drift: 0, volatility: 0 },
};

/** A reproducible stream of numbers from 0 (included) to 1 (excluded): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Reproducible closed candles with trends, ranges, crashes, flat stretches without volume, fat tails and clustered volatility. */
export function seededCandles(options: SeededCandlesOptions): Candle[] {
  const { seed, count, timeframe = "15m", startPrice = 100, tickSize = 0.01, knownFlow = true } = options;
  const regimes = options.regimes ?? (["up", "range", "down", "range", "crash", "flat", "up"] as const);
  const duration = durationMs(timeframe);
  const startMs = Math.floor((options.startMs ?? Date.UTC(2024, 0, 1)) / duration) * duration;
  const random = seededRandom(seed);
  const ticks = (price: number): number => Math.max(1, Math.round(price / tickSize));
  // Division keeps decimal ticks like 0.01 as exact as a parsed price; multiplication would not.
  const inverse = Math.round(1 / tickSize);
  const priceOf = (count: number): number => (tickSize < 1 ? count / inverse : count * tickSize);
  const candles: Candle[] = [];
  let behaviour = behaviours.range;
  let left = 0;
  let anchor = startPrice;
  let last = ticks(startPrice);
  let cluster = 1;
  for (let index = 0; index < count; index++) {
    if (left-- <= 0) {
      behaviour = behaviours[regimes[Math.floor(random() * regimes.length)]!];
      left = 40 + Math.floor(random() * 200);
      if (behaviour.drift < -0.001) left = Math.floor(left / 8);
      anchor = priceOf(last);
    }
    cluster = Math.min(4, Math.max(0.4, cluster * Math.exp((random() - 0.5) * 0.3)));
    if (behaviour.volatility > 0 && random() < 0.01) cluster = Math.min(4, cluster * 2.5);
    const scale = behaviour.volatility * cluster;
    const noise = (random() + random() + random() - 1.5) * 2;
    const pull = behaviour.drift === 0 ? (Math.log(anchor / priceOf(last)) || 0) * 0.03 : 0;
    const open = last;
    const close = scale === 0 ? last : ticks(priceOf(last) * Math.exp(behaviour.drift + pull + noise * scale));
    const wick = (): number => Math.round((Math.abs(random() - random()) * scale * priceOf(last)) / tickSize);
    const high = Math.max(open, close) + wick();
    const low = Math.max(1, Math.min(open, close) - wick());
    const volume = scale === 0 ? 0 : Math.round(1000 * cluster * (0.5 + random()) * 1000) / 1000;
    const buyShare = Math.min(0.95, Math.max(0.05, 0.5 + noise * 0.15 + (random() - 0.5) * 0.2));
    const typical = (priceOf(high) + priceOf(low) + priceOf(close)) / 3;
    candles.push({
      openTimeMs: startMs + index * duration,
      open: priceOf(open),
      high: priceOf(high),
      low: priceOf(low),
      close: priceOf(close),
      volume,
      quoteVolume: knownFlow ? volume * typical : Number.NaN,
      tradeCount: knownFlow ? Math.round(volume * 3) : Number.NaN,
      takerBuyVolume: knownFlow ? Math.round(volume * buyShare * 1000) / 1000 : Number.NaN,
    });
    last = close;
  }
  return candles;
}

/** The same market upside down: prices reflected about `pivot`, which must exceed half of every high. */
export const mirroredCandles = (candles: readonly Candle[], pivot: number): Candle[] =>
  candles.map((candle) => ({
    ...candle,
    open: 2 * pivot - candle.open,
    high: 2 * pivot - candle.low,
    low: 2 * pivot - candle.high,
    close: 2 * pivot - candle.close,
    takerBuyVolume: candle.volume - candle.takerBuyVolume,
  }));
