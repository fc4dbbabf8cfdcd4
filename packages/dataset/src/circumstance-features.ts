import type { FeatureRule } from "./feature.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What was traded and by whom; without known taker flow the last two are missing, never 0. */
export const volumeFeatures: readonly FeatureRule[] = [
  {
    name: "volumeRatio",
    family: "volume",
    unit: "ratio",
    range: [0, undefined],
    meaning: "volume of the last candle in medians of the 20 before it; missing when that median is 0",
    read: ({ view }) => (view.volumeMedian20 > 0 ? view.candle.volume / view.volumeMedian20 : undefined),
  },
  {
    name: "deltaShare",
    family: "flow",
    unit: "fraction",
    range: [-1, 1],
    meaning: "taker buys less taker sells of the last candle per volume, in the direction; 0 without volume, missing when unknown",
    read: ({ view: { delta, candle }, sign }) => {
      if (delta === undefined) return undefined;
      return candle.volume === 0 ? 0 : (sign * delta) / candle.volume;
    },
  },
  {
    name: "deltaScore",
    family: "flow",
    unit: "deviations",
    range: [undefined, undefined],
    meaning: "z-score of the taker delta of 5 candles among the last 100, in the direction; missing when unknown",
    read: ({ view, sign }) => (view.deltaScore === undefined ? undefined : sign * view.deltaScore),
  },
];

export const regimeFeatures: readonly FeatureRule[] = [
  {
    name: "regimeTrend",
    family: "regime",
    unit: "sign",
    range: [-1, 1],
    meaning: "1 in a trend with the signal, -1 in a trend against it, 0 in every other regime",
    read: ({ view, sign }) => sign * view.regime.direction,
  },
  {
    name: "regimeTension",
    family: "regime",
    unit: "sign",
    range: [-1, 1],
    meaning: "1 in a volatile market, -1 in a squeeze, 0 in every other regime",
    read: ({ view: { regime } }) => (regime.name === "volatile" ? 1 : regime.name === "squeeze" ? -1 : 0),
  },
];

export const outerFeatures: readonly FeatureRule[] = [
  {
    name: "hourOfDay",
    family: "time",
    unit: "hours",
    range: [0, 24],
    meaning: "UTC hour of the close with its quarter",
    read: ({ view }) => (view.closeTimeMs % dayMs) / hourMs,
  },
  {
    name: "fundingReceived",
    family: "funding",
    unit: "percent",
    range: [undefined, undefined],
    meaning: "of the notional that the side is expected to be paid per 8 hours, below 0 it pays; missing when the rate was not seen",
    read: ({ facts, sign }) => (facts.fundingRatePer8Hours === undefined ? undefined : -sign * 100 * facts.fundingRatePer8Hours + 0),
  },
  {
    name: "spreadPercent",
    family: "spread",
    unit: "percent",
    range: [0, undefined],
    meaning: "best ask less best bid in percent of the middle, seconds after the close; missing when the book was not seen",
    read: ({ facts }) => facts.spreadPercent,
  },
];

export const planFeatures: readonly FeatureRule[] = [
  {
    name: "confidence",
    family: "plan",
    unit: "fraction",
    range: [0, 1],
    meaning: "what the strategy thought of its signal",
    read: ({ signal }) => signal.confidence,
  },
  {
    name: "stopDistance",
    family: "plan",
    unit: "ATR",
    range: [0, undefined],
    meaning: "from the close to the stop",
    read: ({ view, signal, sign }) => (sign * (signal.entryPrice - signal.stopPrice)) / view.atr14,
  },
  {
    name: "rewardRatio",
    family: "plan",
    unit: "ratio",
    range: [0, undefined],
    meaning: "distance to the target in distances to the stop, before costs",
    read: ({ signal: { entryPrice, stopPrice, targetPrice } }) => (targetPrice - entryPrice) / (entryPrice - stopPrice),
  },
];
