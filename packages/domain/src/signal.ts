import type { CycleId } from "./cycle.ts";
import { type Direction, signOf } from "./direction.ts";
import { canonicalJson, sha256 } from "./identity.ts";
import type { SignalFacts } from "./signal-facts.ts";

/** One named part of a score: `value` in 0..1 times `weight`, and why it has that value. */
export interface SignalComponent {
  readonly name: string;
  readonly value: number;
  readonly weight: number;
  readonly reason: string;
}

/** The opinion of a strategy at one closed candle; prices are float64 because it is a look, not an order. */
export interface Signal {
  readonly signalId: string;
  readonly cycleId: CycleId;
  readonly symbol: string;
  readonly strategy: string;
  readonly direction: Direction;
  /** 0..10. */
  readonly score: number;
  /** 0..1. */
  readonly confidence: number;
  /** The close of the candle it was made at. */
  readonly entryPrice: number;
  readonly stopPrice: number;
  readonly targetPrice: number;
  /** Where a part of the position is taken, for strategies with two targets. */
  readonly firstTargetPrice?: number | undefined;
  /** ATR14 of the 15m candles, in quote asset. */
  readonly atr: number;
  /** ATR14 in percent of the close, now and as the median of the recent past. */
  readonly atrPercent: number;
  readonly medianAtrPercent: number;
  readonly components: readonly SignalComponent[];
  readonly reasons: readonly string[];
  /** For the modifiers of the score. */
  readonly facts?: SignalFacts | undefined;
}

/** Whether the market trended the way of the signal when it was made. */
export const runsWithTrend = ({ facts, direction }: Pick<Signal, "facts" | "direction">): boolean =>
  facts?.regime?.name === "trend" && facts.regime.direction === signOf(direction);

/** One strategy speaks at most once per symbol and cycle, so these three facts are the identity. */
export const signalIdOf = (strategy: string, symbol: string): string => `${strategy}#${symbol}`;

/** The order in which signals are stored, hashed and shown: highest score first, then by id. */
export const bySignalRank = (first: Signal, second: Signal): number =>
  second.score - first.score || (first.signalId < second.signalId ? -1 : first.signalId > second.signalId ? 1 : 0);

/** SHA-256 of all signals of a cycle, independent of the order in which shards delivered them. */
export function signalsHashOf(signals: readonly Signal[]): string {
  const sorted = [...signals].sort((first, second) => (first.signalId < second.signalId ? -1 : 1));
  return sha256(canonicalJson(sorted));
}
