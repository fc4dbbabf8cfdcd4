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
  | "rsi"
  | "macd"
  | "atr"
  | "atrPercentile"
  | "structure"
  | "orderBlocks"
  | "fairValueGaps"
  | "sweeps"
  | "trend1h";

const descriptions: Record<DetectorName, DetectorDescription> = {
  ema: { reads: [], timeframe: "15m", warmup: 200 },
  rsi: { reads: [], timeframe: "15m", warmup: 30 },
  macd: { reads: [], timeframe: "15m", warmup: 60 },
  atr: { reads: [], timeframe: "15m", warmup: 30 },
  atrPercentile: { reads: ["atr"], timeframe: "15m", warmup: 150 },
  structure: { reads: ["atr"], timeframe: "15m", warmup: 100 },
  orderBlocks: { reads: ["structure"], timeframe: "15m", warmup: 100 },
  fairValueGaps: { reads: ["atr"], timeframe: "15m", warmup: 30 },
  sweeps: { reads: ["structure"], timeframe: "15m", warmup: 100 },
  trend1h: { reads: [], timeframe: "1h", warmup: 60 },
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
