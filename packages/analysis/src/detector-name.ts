import type { Timeframe } from "@winiswin/domain/timeframe";

/** What each detector gives, what it builds on, and after how many candles of its timeframe it can be trusted. */
interface DetectorDescription {
  readonly reads: readonly DetectorName[];
  readonly timeframe: Timeframe;
  readonly warmup: number;
}

/** The parts that an engine can be composed of; strategies declare which they read. */
export type DetectorName =
  | "ema"
  | "sma"
  | "rsi"
  | "macd"
  | "adx"
  | "bollinger"
  | "donchian"
  | "stochastic"
  | "volumeMedian"
  | "atr"
  | "atrPercentile"
  | "atrMedian"
  | "regime"
  | "structure"
  | "orderBlocks"
  | "fairValueGaps"
  | "sweeps"
  | "candles1h"
  | "candles4h"
  | "candles1d"
  | "trend1h"
  | "trend4h"
  | "trend1d"
  | "longTrend1h"
  | "longTrend4h"
  | "vwap"
  | "anchoredVwap"
  | "cvd"
  | "divergences"
  | "volumeProfile"
  | "liquidity"
  | "zones";

const descriptions: Record<DetectorName, DetectorDescription> = {
  ema: { reads: [], timeframe: "15m", warmup: 200 },
  sma: { reads: [], timeframe: "15m", warmup: 200 },
  rsi: { reads: [], timeframe: "15m", warmup: 30 },
  macd: { reads: [], timeframe: "15m", warmup: 60 },
  adx: { reads: [], timeframe: "15m", warmup: 60 },
  bollinger: { reads: [], timeframe: "15m", warmup: 140 },
  donchian: { reads: [], timeframe: "15m", warmup: 25 },
  stochastic: { reads: [], timeframe: "15m", warmup: 25 },
  volumeMedian: { reads: [], timeframe: "15m", warmup: 25 },
  atr: { reads: [], timeframe: "15m", warmup: 30 },
  atrPercentile: { reads: ["atr"], timeframe: "15m", warmup: 150 },
  atrMedian: { reads: ["atr"], timeframe: "15m", warmup: 130 },
  regime: { reads: ["adx", "bollinger", "atrPercentile", "ema"], timeframe: "15m", warmup: 200 },
  structure: { reads: ["atr"], timeframe: "15m", warmup: 100 },
  orderBlocks: { reads: ["structure"], timeframe: "15m", warmup: 100 },
  fairValueGaps: { reads: ["atr"], timeframe: "15m", warmup: 30 },
  sweeps: { reads: ["structure"], timeframe: "15m", warmup: 100 },
  candles1h: { reads: [], timeframe: "1h", warmup: 1 },
  candles4h: { reads: [], timeframe: "4h", warmup: 1 },
  candles1d: { reads: [], timeframe: "1d", warmup: 1 },
  trend1h: { reads: ["candles1h"], timeframe: "1h", warmup: 60 },
  trend4h: { reads: ["candles4h"], timeframe: "4h", warmup: 60 },
  trend1d: { reads: ["candles1d"], timeframe: "1d", warmup: 60 },
  longTrend1h: { reads: ["candles1h"], timeframe: "1h", warmup: 200 },
  longTrend4h: { reads: ["candles4h"], timeframe: "4h", warmup: 200 },
  vwap: { reads: [], timeframe: "15m", warmup: 96 },
  anchoredVwap: { reads: ["candles1h"], timeframe: "1h", warmup: 60 },
  cvd: { reads: [], timeframe: "15m", warmup: 96 },
  divergences: { reads: ["cvd", "structure", "candles1h"], timeframe: "15m", warmup: 200 },
  volumeProfile: { reads: ["atr"], timeframe: "15m", warmup: 200 },
  liquidity: { reads: ["structure", "vwap", "candles1d"], timeframe: "15m", warmup: 200 },
  zones: { reads: ["ema", "volumeProfile", "candles1h", "candles4h", "candles1d"], timeframe: "15m", warmup: 200 },
};

export const detectorNames = Object.keys(descriptions) as readonly DetectorName[];

/** The declared detectors with everything that they build on, in a fixed order. */
export function completeNeeds(needs: readonly DetectorName[]): readonly DetectorName[] {
  const complete = new Set<DetectorName>();
  const add = (name: DetectorName): void => {
    if (complete.has(name)) return;
    const description = descriptions[name];
    if (description === undefined) throw new RangeError(`there is no detector named ${name}`);
    complete.add(name);
    description.reads.forEach(add);
  };
  needs.forEach(add);
  return detectorNames.filter((name) => complete.has(name));
}

/** Candles of its own timeframe that a detector needs before it is trusted. */
export const warmupOf = (name: DetectorName): { readonly timeframe: Timeframe; readonly candles: number } => {
  const { timeframe, warmup } = descriptions[name];
  return { timeframe, candles: warmup };
};

/** 15m candles after which all of these are warm, when no native history of a longer timeframe is given. */
export function warmupCandlesOf(needs: readonly DetectorName[]): number {
  const childrenOf: Record<Timeframe, number> = { "15m": 1, "1h": 4, "4h": 16, "1d": 96 };
  return Math.max(
    0,
    ...completeNeeds(needs).map((name) => {
      const { timeframe, warmup } = descriptions[name];
      // A start inside a parent loses that parent.
      return timeframe === "15m" ? warmup : (warmup + 1) * childrenOf[timeframe] - 1;
    }),
  );
}
