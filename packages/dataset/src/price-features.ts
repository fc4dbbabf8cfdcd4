import type { FeatureRule, Moment } from "./feature.ts";

/** A side of the market in units of ATR, bounded by nothing. */
const distance = (name: string, family: FeatureRule["family"], meaning: string, read: FeatureRule["read"]): FeatureRule => ({
  name,
  family,
  unit: "ATR",
  range: [undefined, undefined],
  meaning,
  read,
});

/** How far the close lies beyond a price, in ATR14 and in the direction of the signal. */
const beyond = ({ view, sign }: Moment, price: number): number => (sign * (view.candle.close - price)) / view.atr14;

/** A move of so many candles needs one candle more. */
const moveOver = ({ view, sign }: Moment, candles: number): number | undefined =>
  view.candles.run > candles ? (sign * (view.candle.close - view.candles.candle(candles).close)) / view.atr14 : undefined;

export const trendFeatures: readonly FeatureRule[] = [
  distance("ema20Distance", "trend", "close beyond EMA20", (moment) => beyond(moment, moment.view.ema20)),
  distance("ema50Distance", "trend", "close beyond EMA50", (moment) => beyond(moment, moment.view.ema50)),
  distance("ema200Distance", "trend", "close beyond EMA200", (moment) => beyond(moment, moment.view.ema200)),
  distance("hourEma50Distance", "trend", "close of the last 1h candle beyond its EMA50, in ATR14 of 1h", ({ view, sign }) => {
    const { close, ema50, atr14 } = view.oneHour;
    return (sign * (close - ema50)) / atr14;
  }),
  {
    name: "hourTrend",
    family: "trend",
    unit: "sign",
    range: [-1, 1],
    meaning: "trend of the 1h candles by breaks of structure: 1 with the signal, -1 against it, 0 before the first break",
    read: ({ view, sign }) => sign * view.oneHour.structureTrend,
  },
  {
    name: "directionalDifference",
    family: "trend",
    unit: "-100..100",
    range: [-100, 100],
    meaning: "DI of the signal's side less DI of the other, 14",
    read: ({ view, sign }) => sign * (view.directionalMovement.plusDi - view.directionalMovement.minusDi),
  },
  {
    name: "adx",
    family: "trend",
    unit: "0..100",
    range: [0, 100],
    meaning: "strength of the trend whatever its side, ADX 14",
    read: ({ view }) => view.directionalMovement.adx,
  },
  distance("dailyVwapDistance", "trend", "close beyond the VWAP of the UTC day", (moment) => beyond(moment, moment.view.dailyVwap.value)),
];

export const momentumFeatures: readonly FeatureRule[] = [
  {
    name: "rsi",
    family: "momentum",
    unit: "0..100",
    range: [0, 100],
    meaning: "RSI 14, for a short 100 less it",
    read: ({ view, sign }) => (sign === 1 ? view.rsi14 : 100 - view.rsi14),
  },
  distance("macdHistogram", "momentum", "MACD 12/26/9 histogram", ({ view, sign }) => (sign * view.macd.histogram) / view.atr14),
  distance("move4", "momentum", "move of the close over 4 candles", (moment) => moveOver(moment, 4)),
  distance("move16", "momentum", "move of the close over 16 candles", (moment) => moveOver(moment, 16)),
];

export const volatilityFeatures: readonly FeatureRule[] = [
  {
    name: "atrPercent",
    family: "volatility",
    unit: "percent",
    range: [0, undefined],
    meaning: "ATR14 in percent of the close",
    read: ({ view }) => view.atrPercent,
  },
  {
    name: "atrPercentile",
    family: "volatility",
    unit: "0..100",
    range: [0, 100],
    meaning: "rank of ATR in percent among its last 120 values",
    read: ({ view }) => view.atrPercentile,
  },
  {
    name: "bandWidthPercentile",
    family: "volatility",
    unit: "0..100",
    range: [0, 100],
    meaning: "rank of the Bollinger width among its last 120 values",
    read: ({ view }) => view.bollinger.widthPercentile,
  },
  {
    ...distance(
      "candleRange",
      "volatility",
      "high less low of the last candle",
      ({ view }) => (view.candle.high - view.candle.low) / view.atr14,
    ),
    range: [0, undefined],
  },
  {
    name: "closeLocation",
    family: "volatility",
    unit: "fraction",
    range: [0, 1],
    meaning: "where the last candle closed in its range: 1 at the end that suits the signal, 0 at the other, 0.5 without a range",
    read: ({ view: { candle }, sign }) => {
      const range = candle.high - candle.low;
      return range === 0 ? 0.5 : (sign === 1 ? candle.close - candle.low : candle.high - candle.close) / range;
    },
  },
];
