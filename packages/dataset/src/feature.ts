import type { SymbolView } from "@winiswin/analysis";
import type { Signal } from "@winiswin/domain/signal";

export type FeatureFamily =
  | "trend"
  | "structure"
  | "zone"
  | "momentum"
  | "volatility"
  | "volume"
  | "flow"
  | "regime"
  | "time"
  | "funding"
  | "spread"
  | "plan";

export type FeatureUnit =
  | "ATR"
  | "0..100"
  | "-100..100"
  | "fraction"
  | "sign"
  | "percent"
  | "candles"
  | "ratio"
  | "deviations"
  | "hours"
  | "score";

/** What one feature is; seen in the direction of the signal, so that above 0 speaks for it where there is a side. */
export interface FeatureDescription {
  readonly name: string;
  readonly family: FeatureFamily;
  readonly unit: FeatureUnit;
  /** The least and the greatest value that can occur; undefined where nothing bounds it. */
  readonly range: readonly [least: number | undefined, greatest: number | undefined];
  readonly meaning: string;
}

/** What the candles do not show of a symbol at the close. */
export interface MarketFacts {
  /** Best ask less best bid in percent of the middle, as seen when the shard looked, seconds after the close. */
  readonly spreadPercent: number | undefined;
  /** What a long is expected to pay a short, as a fraction of the notional, brought to 8 hours. */
  readonly fundingRatePer8Hours: number | undefined;
}

/** Everything that a feature may be made of. */
export interface Moment {
  readonly view: SymbolView;
  readonly signal: Pick<Signal, "direction" | "entryPrice" | "stopPrice" | "targetPrice" | "confidence">;
  readonly facts: MarketFacts;
  /** +1 for a long, -1 for a short. */
  readonly sign: 1 | -1;
}

/** A feature and how it is made; undefined and NaN both mean that it is missing. */
export interface FeatureRule extends FeatureDescription {
  read(moment: Moment): number | undefined;
}
