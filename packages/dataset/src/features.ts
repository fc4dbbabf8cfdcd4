import type { DetectorName, SymbolView } from "@winiswin/analysis";
import { signOf } from "@winiswin/domain/direction";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { outerFeatures, planFeatures, regimeFeatures, volumeFeatures } from "./circumstance-features.ts";
import type { FeatureDescription, FeatureRule, MarketFacts, Moment } from "./feature.ts";
import { structureFeatures, zoneFeatures } from "./place-features.ts";
import { momentumFeatures, trendFeatures, volatilityFeatures } from "./price-features.ts";

/** Raised whenever a feature is added, removed, renamed or changes its meaning, or a label does: rows of two versions are never mixed in one table. */
export const featureSchemaVersion = 3;

const rules: readonly FeatureRule[] = [
  ...trendFeatures,
  ...structureFeatures,
  ...zoneFeatures,
  ...momentumFeatures,
  ...volatilityFeatures,
  ...volumeFeatures,
  ...regimeFeatures,
  ...outerFeatures,
  ...planFeatures,
];

/** The features in the order of the columns. */
export const featureDescriptions: readonly FeatureDescription[] = rules.map(({ name, family, unit, range, meaning }) => ({
  name,
  family,
  unit,
  range,
  meaning,
}));

export const featureNames: readonly string[] = rules.map(({ name }) => name);

/**
 * What the view must show for all features.
 *
 * None of them needs a longer warm-up than 200 candles of 15m or 60 of 1h, but a symbol is warm only when all its detectors are: with these
 * added, a symbol of the last days may begin to speak some cycles later.
 */
export const featureNeeds: readonly DetectorName[] = [
  "ema",
  "rsi",
  "macd",
  "adx",
  "bollinger",
  "volumeMedian",
  "atr",
  "atrPercentile",
  "regime",
  "structure",
  "sweeps",
  "trend1h",
  "vwap",
  "cvd",
  "volumeProfile",
  "zones",
];

/** All features of one signal by name: finite numbers only. */
export type Features = Readonly<Record<string, number>>;

/**
 * The features of a signal as known at the close that it was made at, or the names of those that are missing.
 *
 * A pure function of the view, so what is learned from is what would be served: live, replayed and recomputed rows are equal.
 */
export function featuresOf(view: SymbolView, signal: Moment["signal"], facts: MarketFacts): Result<Features, readonly string[]> {
  const moment: Moment = { view, signal, facts, sign: signOf(signal.direction) };
  const features: Record<string, number> = {};
  const missing: string[] = [];
  for (const rule of rules) {
    const value = rule.read(moment);
    if (value !== undefined && Number.isFinite(value)) features[rule.name] = storable(value);
    else missing.push(rule.name);
  }
  return missing.length === 0 ? succeeded(features) : failed(missing);
}

/** Neither -0 nor numbers below 1e-130 exist in a table. */
const storable = (value: number): number => (Math.abs(value) < 1e-100 ? 0 : value);
