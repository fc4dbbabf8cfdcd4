import type { DetectorName, SymbolView } from "@winiswin/analysis";
import type { Direction } from "@winiswin/domain/direction";
import type { NewsSentiment } from "@winiswin/domain/news-sentiment";
import type { z } from "zod";
import type { RegimeGate } from "./regime-gate.ts";
import type { UnmetCondition } from "./unmet-condition.ts";

export type { UnmetCondition } from "./unmet-condition.ts";

/** One weighted part of a confidence: confidence = sum of value x weight, within 0 and 1. A penalty has a negative weight. */
export interface SignalComponent {
  readonly name: string;
  /** 0 (against) to 1 (fully for); missing input is 0. */
  readonly value: number;
  readonly weight: number;
  readonly reason: string;
}

/** An opinion of a strategy at one closed candle; the earliest fill is the next candle's open. */
export interface StrategySignal {
  readonly direction: Direction;
  /** 0 to 10. */
  readonly score: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** The close that the signal was made at. */
  readonly entryPrice: number;
  readonly stopPrice: number;
  readonly targetPrice?: number;
  /** Where a part of the position is taken, for strategies with two targets. */
  readonly firstTargetPrice?: number;
  /** ATR14 of 15m in price units. */
  readonly atr: number;
  readonly components: readonly SignalComponent[];
  readonly reasons: readonly string[];
}

/** What a strategy thinks of one direction, signal or not. */
export interface DirectionOpinion {
  readonly direction: Direction;
  readonly confidence: number;
  readonly components: readonly SignalComponent[];
  readonly unmet: UnmetCondition | undefined;
}

/** The answer to "why is there no signal?"; `signal` is there exactly when `evaluate` gives one. */
export interface StrategyOpinion {
  readonly strategy: string;
  readonly long: DirectionOpinion;
  readonly short: DirectionOpinion;
  readonly signal: StrategySignal | undefined;
}

/** What no candle shows, as it was known before the close; absent when nobody knows it. */
export interface OutsideFacts {
  readonly news?: NewsSentiment | undefined;
}

/** A pure rule from the view of a symbol to a signal or nothing. Parameters must have passed its own schema. */
export interface Strategy<Parameters = unknown> {
  readonly name: string;
  readonly title: string;
  readonly timeframe: "15m";
  readonly needs: readonly DetectorName[];
  /** What it reads beside them with these parameters. */
  alsoNeeds?(parameters: Parameters): readonly DetectorName[];
  /** The market regimes it trades in; without a gate it trades in all. */
  readonly gate?: RegimeGate;
  /** 15m candles before its first signal may be trusted, when no native history of a longer timeframe is given. */
  readonly warmupCandles: number;
  readonly parameters: z.ZodType<Parameters>;
  /** It judges the news too, so somebody must read them before the close. */
  readonly readsNews?: boolean;
  evaluate(view: SymbolView, parameters: Parameters, outside?: OutsideFacts): StrategySignal | undefined;
  /** 0 to 1: what it thinks of a direction in which a position is open, signal or not; without it nobody can say. */
  confidenceOf?(view: SymbolView, parameters: Parameters, direction: Direction): number;
  explain(view: SymbolView, parameters: Parameters, outside?: OutsideFacts): StrategyOpinion;
}
