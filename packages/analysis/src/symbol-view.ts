import type { Candle } from "@winiswin/domain/candle";
import type { RecentCandles } from "./candle-ring.ts";
import type { MovingAverageConvergenceView } from "./indicators/moving-average-convergence.ts";
import type { FairValueGapView } from "./structure/fair-value-gaps.ts";
import type { StructureView } from "./structure/market-structure.ts";
import type { OrderBlockView } from "./structure/order-blocks.ts";
import type { SweepView } from "./structure/sweeps.ts";
import type { HigherTimeframeView } from "./timeframe/higher-timeframe.ts";

/**
 * What the engine knows of one symbol at the close of its last 15m candle.
 *
 * A live window, not a copy: everything read from it is valid until the next update. Reading a part that no declared detector provides
 * throws, because a strategy that reads it forgot to declare it. Numbers are NaN only while their detector is warming; prices are in quote
 * asset, bar numbers count 15m candles since 1970 (`openTimeMs / 900000`) unless the part belongs to a longer timeframe.
 */
export interface SymbolView {
  readonly symbol: string;
  /** The last closed candle. */
  readonly candle: Candle;
  /** Its bar number. */
  readonly bar: number;
  readonly closeTimeMs: number;
  /** The last 256 candles of 15m. */
  readonly candles: RecentCandles;

  /** Detector `ema`: exponential averages of the 15m close. */
  readonly ema9: number;
  readonly ema20: number;
  readonly ema21: number;
  readonly ema50: number;
  readonly ema200: number;
  /** Detector `rsi`: 0 to 100. */
  readonly rsi14: number;
  /** Detector `macd`. */
  readonly macd: MovingAverageConvergenceView;
  /** Detector `atr`: price units. */
  readonly atr14: number;
  /** Detector `atr`: ATR in percent of the close. */
  readonly atrPercent: number;
  /** Detector `atrPercentile`: rank of `atrPercent` among its last 120 values, 0 to 100. */
  readonly atrPercentile: number;
  /** Detector `atrPercentile`: median of the same 120 values. */
  readonly atrPercentMedian: number;

  /** Detector `structure`. */
  readonly structure: StructureView;
  /** Detector `orderBlocks`: blocks that are neither invalidated nor expired, oldest first. */
  readonly orderBlocks: readonly OrderBlockView[];
  /** Detector `fairValueGaps`: gaps that are neither filled nor expired, oldest first. */
  readonly fairValueGaps: readonly FairValueGapView[];
  /** Detector `sweeps`: the last sweep of a swing high (against longs) and of a swing low (against shorts). */
  readonly sweptHigh: SweepView;
  readonly sweptLow: SweepView;

  /** Detector `trend1h`. */
  readonly oneHour: HigherTimeframeView;
}
