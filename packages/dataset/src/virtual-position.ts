import type { Candle } from "@winiswin/domain/candle";
import type { CycleId } from "@winiswin/domain/cycle";
import { type Direction, signOf } from "@winiswin/domain/direction";

/** A position that nobody opened: all that a signal says about entry and exit, and therefore all that must be kept to know its end. */
export interface VirtualPosition {
  readonly symbol: string;
  readonly strategy: string;
  /** The close that the signal was made at; the entry is the open of the next candle. */
  readonly cycleId: CycleId;
  readonly direction: Direction;
  readonly stopPrice: number;
  readonly targetPrice: number;
}

/** What the sizing of a real entry assumes, as fractions of the price: a fee at both ends, slippage at the entry. */
export interface VirtualCosts {
  readonly takerFeeRate: number;
  readonly slippageRate: number;
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

export type VirtualExitReason = "stopLoss" | "takeProfit" | "timeLimit";

/** So long a position is followed (50 hours), then it is closed at the close: the engine holds 256 candles, and a label must come some day. */
export const mostBarsHeld = 200;

/**
 * Follows a position through the consecutive candles after its signal; undefined while it is open.
 *
 * A pure function of the signal and the candles: the same candles again, or more of them, give the same end. Within one candle the stop
 * comes before the target; a candle that opens beyond the stop fills at its open, one beyond the target still at the target. The range of
 * the last candle counts only as far as it surely came before the exit.
 */
export function followVirtualPosition(
  position: VirtualPosition,
  candles: readonly Candle[],
  costs: VirtualCosts,
): VirtualOutcome | undefined {
  const [first] = candles;
  if (first === undefined) return undefined;
  const { stopPrice, targetPrice } = position;
  const sign = signOf(position.direction);
  const entryPrice = first.open;
  if (!((entryPrice - stopPrice) * sign > 0)) return { outcome: "notEntered", reason: "stopPassed" };
  if (!((targetPrice - entryPrice) * sign > 0)) return { outcome: "notEntered", reason: "targetPassed" };

  const costAt = (exitPrice: number): number => costs.takerFeeRate * (entryPrice + exitPrice) + costs.slippageRate * entryPrice;
  const gainAt = (price: number): number => (price - entryPrice) * sign;
  const risk = Math.abs(entryPrice - stopPrice) + costAt(stopPrice);
  let best = 0;
  let worst = 0;
  for (const [index, candle] of candles.entries()) {
    const adverse = gainAt(sign === 1 ? candle.low : candle.high);
    const favourable = gainAt(sign === 1 ? candle.high : candle.low);
    const exit = exitIn(candle, adverse, favourable, gainAt, position, index + 1);
    if (exit?.exitReason !== "stopLoss") best = Math.max(best, Math.min(favourable, gainAt(targetPrice)));
    worst = Math.min(worst, exit?.exitReason === "stopLoss" ? gainAt(exit.exitPrice) : adverse);
    if (exit === undefined) continue;
    return {
      outcome: "closed",
      exitReason: exit.exitReason,
      exitTimeMs: candle.openTimeMs,
      // Adding 0 turns -0, which no table keeps, into 0.
      resultR: (gainAt(exit.exitPrice) - costAt(exit.exitPrice)) / risk + 0,
      mfeR: best / risk,
      maeR: worst / risk + 0,
      barsHeld: index + 1,
    };
  }
  return undefined;
}

function exitIn(
  candle: Candle,
  adverse: number,
  favourable: number,
  gainAt: (price: number) => number,
  { stopPrice, targetPrice }: VirtualPosition,
  barsHeld: number,
): { readonly exitReason: VirtualExitReason; readonly exitPrice: number } | undefined {
  if (adverse <= gainAt(stopPrice)) {
    return { exitReason: "stopLoss", exitPrice: gainAt(candle.open) < gainAt(stopPrice) ? candle.open : stopPrice };
  }
  if (favourable >= gainAt(targetPrice)) return { exitReason: "takeProfit", exitPrice: targetPrice };
  return barsHeld >= mostBarsHeld ? { exitReason: "timeLimit", exitPrice: candle.close } : undefined;
}
