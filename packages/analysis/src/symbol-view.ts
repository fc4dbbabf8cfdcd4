import type { Candle } from "@winiswin/domain/candle";
import type { RecentCandles } from "./candle-ring.ts";
import type { DetectorName } from "./detector-name.ts";
import type { BollingerView } from "./indicators/bollinger-bands.ts";
import type { DirectionalMovementView } from "./indicators/directional-movement.ts";
import type { DonchianView } from "./indicators/donchian-channel.ts";
import type { MovingAverageConvergenceView } from "./indicators/moving-average-convergence.ts";
import type { StochasticView } from "./indicators/stochastic.ts";
import type { SweepView } from "./liquidity/level-book.ts";
import type { LiquidityView } from "./liquidity/liquidity.ts";
import type { DivergenceView } from "./location/divergence.ts";
import type { ProfileLevels } from "./location/profile-bins.ts";
import type { TradingSessionView } from "./location/trading-session.ts";
import type { VolumeWeightedPriceView } from "./location/volume-weighted-price.ts";
import type { RegimeView } from "./regime.ts";
import type { StructureView } from "./structure/market-structure.ts";
import type { PriceAreaView } from "./structure/price-area.ts";
import type { HigherTimeframeView } from "./timeframe/higher-timeframe.ts";
import type { ZoneView } from "./zones/zone.ts";

/**
 * What the engine knows of one symbol at the close of its last 15m candle.
 *
 * A live window, not a copy: everything read from it is valid until the next update. Reading a part that no declared detector provides
 * throws, because a strategy that reads it forgot to declare it. Numbers are NaN only while their detector is warming; what can stay
 * unknown is `undefined`. Prices are in quote asset, bar numbers count 15m candles since 1970 (`openTimeMs / 900000`) unless the part
 * belongs to a longer timeframe.
 */
export interface SymbolView {
  readonly symbol: string;
  /** The parts that may be read: what was declared and what that builds on. */
  readonly detectors: readonly DetectorName[];
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
  /** Detector `sma`: plain averages of the 15m close. */
  readonly sma20: number;
  readonly sma50: number;
  readonly sma200: number;
  /** Detector `rsi`: 0 to 100. */
  readonly rsi14: number;
  /** Detector `macd`: 12/26/9. */
  readonly macd: MovingAverageConvergenceView;
  /** Detector `adx`: 14. */
  readonly directionalMovement: DirectionalMovementView;
  /** Detector `bollinger`: 20/2. */
  readonly bollinger: BollingerView;
  /** Detector `donchian`: the 20 candles before the last one. */
  readonly donchian: DonchianView;
  /** Detector `stochastic`: 14/3/3. */
  readonly stochastic: StochasticView;
  /** Detector `volumeMedian`: median volume of the 20 candles before the last one, base asset. */
  readonly volumeMedian20: number;
  /** Detector `atr`: price units. */
  readonly atr14: number;
  /** Detector `atr`: ATR in percent of the close. */
  readonly atrPercent: number;
  /** Detector `atrPercentile`: rank of `atrPercent` among its last 120 values, 0 to 100. */
  readonly atrPercentile: number;
  /** Detector `atrPercentile`: median of the same 120 values; sizing compares the present volatility with it. */
  readonly atrPercentMedian: number;
  /** Detector `atrMedian`: median ATR14 of the 100 candles before the last one, price units. */
  readonly atrMedian100: number;
  /** Detector `regime`. */
  readonly regime: RegimeView;

  /** Detector `structure`. */
  readonly structure: StructureView;
  /** Detector `orderBlocks`: blocks that are neither invalidated nor expired, oldest first. */
  readonly orderBlocks: readonly PriceAreaView[];
  /** Detector `orderBlocks`: invalidated blocks that serve the other way, oldest first. */
  readonly breakers: readonly PriceAreaView[];
  /** Detector `fairValueGaps`: gaps that are neither filled nor expired, oldest first. */
  readonly fairValueGaps: readonly PriceAreaView[];
  /** Detector `sweeps`: the last sweep of a swing high (against longs) and of a swing low (against shorts). */
  readonly sweptHigh: SweepView;
  readonly sweptLow: SweepView;
  /** Detector `liquidity`: pools, previous extremes and round numbers, and their sweeps. */
  readonly liquidity: LiquidityView;

  /** Detector `vwap`: of the UTC day. */
  readonly dailyVwap: VolumeWeightedPriceView;
  /** Detector `vwap`. */
  readonly sessions: { readonly asia: TradingSessionView; readonly london: TradingSessionView; readonly newYork: TradingSessionView };
  /** Detector `anchoredVwap`: from the last confirmed 1h swing high and swing low; undefined before the first. */
  readonly vwapFromHigh: VolumeWeightedPriceView | undefined;
  readonly vwapFromLow: VolumeWeightedPriceView | undefined;
  /** Detector `cvd`: taker delta of the last candle, base asset; undefined when the flow is unknown. */
  readonly delta: number | undefined;
  /** Detector `cvd`: cumulative since the start of the UTC day; undefined from an unknown candle on until the next day. */
  readonly cumulativeDelta: number | undefined;
  /** Detector `cvd`: z-score of the delta of the last 5 candles among the last 100; undefined until so many are known in a row. */
  readonly deltaScore: number | undefined;
  /** Detector `divergences`: the last ones against the taker flow, undefined before the first; for longs bullish, for shorts bearish. */
  readonly divergences: {
    readonly bullish15m: DivergenceView | undefined;
    readonly bearish15m: DivergenceView | undefined;
    readonly bullish1h: DivergenceView | undefined;
    readonly bearish1h: DivergenceView | undefined;
  };
  /** Detector `volumeProfile`: of the last 192 candles and of the UTC day. */
  readonly profile: ProfileLevels;
  readonly dayProfile: ProfileLevels;
  /** Detector `volumeProfile`: volume by price bin of the last 192 candles, lowest first, with the lower price of each; a copy. */
  profileHistogram(): readonly { readonly price: number; readonly volume: number }[];
  /** Detector `zones`: support and resistance of all timeframes, merged and scored, lowest first. */
  readonly zones: readonly ZoneView[];

  /** Detector `candles1h` or one that reads it. */
  readonly oneHour: HigherTimeframeView;
  /** Detector `candles4h` or one that reads it. */
  readonly fourHours: HigherTimeframeView;
  /** Detector `candles1d` or one that reads it. */
  readonly oneDay: HigherTimeframeView;
}
