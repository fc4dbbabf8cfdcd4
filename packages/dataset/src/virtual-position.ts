import type { CycleId } from "@winiswin/domain/cycle";
import type { Direction } from "@winiswin/domain/direction";
import type { ExitLimits } from "@winiswin/domain/exit/exit-rules";

/** A position that nobody opened: all that a signal says about entry and exit, and therefore all that must be kept to know its end. */
export interface VirtualPosition {
  readonly symbol: string;
  readonly strategy: string;
  /** The close that the signal was made at; the entry is the open of the next candle. */
  readonly cycleId: CycleId;
  readonly direction: Direction;
  readonly stopPrice: number;
  /** As far as the signal promised; no target lies beyond. */
  readonly targetPrice: number;
  /** Where the second target lies, in multiples of the distance to the stop: farther in a trend. */
  readonly secondMultiple: number;
  /** ATR14 at the signal, from which on it is carried along the candles. 0 when nobody knew it, then the stop stays at breakeven. */
  readonly atr: number;
}

/** What the sizing of a real entry assumes, as fractions of the price: a fee at both ends, slippage at the entry. */
export interface VirtualCosts {
  readonly takerFeeRate: number;
  readonly slippageRate: number;
}

/** The costs, and the limits of the exits as the guard has them. */
export interface VirtualRules extends VirtualCosts {
  readonly exits: ExitLimits;
}

/**
 * How it ended; results in R, where 1R is what the sizing would have lost at the stop, costs included.
 *
 * `closed`: entered and left. `notEntered`: the next open lay at or beyond the stop or the target already. `lost`: a candle that it needed
 * is missing, so nobody knows.
 */
export type VirtualOutcome =
  | {
      readonly outcome: "closed";
      readonly exitReason: VirtualExitReason;
      /** When the candle of the exit opened, UTC. */
      readonly exitTimeMs: number;
      /** Net of all costs. */
      readonly resultR: number;
      /** The best and the worst price while it was open, before costs; 0 or above, and 0 or below. */
      readonly mfeR: number;
      readonly maeR: number;
      /** Candles in which it was open, the first and the last included. */
      readonly barsHeld: number;
    }
  | { readonly outcome: "notEntered"; readonly reason: "stopPassed" | "targetPassed" }
  | { readonly outcome: "lost" };

/** Why its last part was left; `takeProfit` occurs in rows of the first schema alone, since then the last part trails. */
export type VirtualExitReason = (typeof virtualExitReasons)[number];

export const virtualExitReasons = ["stopLoss", "takeProfit", "breakeven", "trailing", "timeStop", "revalidation", "timeLimit"] as const;
