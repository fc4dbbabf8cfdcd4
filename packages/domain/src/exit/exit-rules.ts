import { type Direction, signOf } from "../direction.ts";
import { durationMs } from "../timeframe.ts";
import type { HeldView } from "./held-view.ts";
import { protectiveStop, type StopRule } from "./protective-stop.ts";

/** The limits of the exits that look at closed candles. */
export interface ExitLimits {
  readonly timeStopCandles: number;
  /** Multiples of the distance to the first stop. */
  readonly timeStopLeastR: number;
  /** 0..1. */
  readonly leastConfidence: number;
  /** In ATR14 of 15m. */
  readonly trailingAtr: number;
}

export const usualExitLimits: ExitLimits = { timeStopCandles: 24, timeStopLeastR: 0.3, leastConfidence: 0.4, trailingAtr: 2 };

/** What the rules look at of an open position; float64, because they look. */
export interface HeldPosition {
  readonly direction: Direction;
  readonly entryPrice: number;
  /** Where the stop stood at the entry: the distance to it is 1R. */
  readonly firstStopPrice: number;
  readonly filledAtMs: number;
  /** Whether a target was reached: from then on the time stop is silent. */
  readonly hasTaken: boolean;
  /** Whether all targets are behind it: what is left trails. */
  readonly isTrailing: boolean;
}

export interface DueExit {
  readonly cause: "timeStop" | "revalidation";
  readonly reason: string;
}

/** How far the price went for the position, in multiples of the distance to the first stop. */
export const progressR = ({ direction, entryPrice, firstStopPrice }: HeldPosition, price: number): number =>
  ((price - entryPrice) * signOf(direction)) / Math.abs(entryPrice - firstStopPrice);

/** Whole candles of 15m that closed since the entry. */
export const candlesSince = (filledAtMs: number, closeTimeMs: number): number =>
  Math.max(0, Math.floor(closeTimeMs / durationMs("15m")) - Math.ceil(filledAtMs / durationMs("15m")));

/** Why a position should be closed at this candle close; undefined when it may go on. */
export function dueExit(held: HeldPosition, view: HeldView, closeTimeMs: number, limits: ExitLimits): DueExit | undefined {
  if (view.changedAgainstAtMs !== undefined && view.changedAgainstAtMs > held.filledAtMs)
    return { cause: "revalidation", reason: "a change of character against it was confirmed since the entry" };
  if (view.confidence !== undefined && view.confidence < limits.leastConfidence)
    return { cause: "revalidation", reason: `the confidence of its direction fell to ${view.confidence}, below ${limits.leastConfidence}` };
  const candles = candlesSince(held.filledAtMs, closeTimeMs);
  const progress = progressR(held, view.closePrice);
  if (!held.hasTaken && candles >= limits.timeStopCandles && progress < limits.timeStopLeastR)
    return { cause: "timeStop", reason: `${progress.toFixed(2)} R after ${candles} candles, below ${limits.timeStopLeastR} R` };
  return undefined;
}

/** A trailing stop keeps the distances of a first one: at most so far, behind the swing when that is nearer, never closer than half an ATR. */
const trailingRule = (limits: ExitLimits): StopRule => ({ farthestAtr: limits.trailingAtr, nearestAtr: 0.5, beyondEdgeAtr: 0.1 });

/** Where the stop of the last part belongs at this close; undefined while targets wait. It may lie behind the present stop. */
export function trailingStop(held: HeldPosition, view: HeldView, limits: ExitLimits): number | undefined {
  if (!held.isTrailing || !(view.atr > 0)) return undefined;
  const sign = signOf(held.direction);
  // A swing that the price has left behind on the wrong side holds nothing any more.
  const swing = view.swingPrice !== undefined && (view.closePrice - view.swingPrice) * sign > 0 ? view.swingPrice : Number.NaN;
  return protectiveStop(view.closePrice, sign, swing, view.atr, trailingRule(limits));
}
