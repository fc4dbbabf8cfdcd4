import type { Candle } from "@winiswin/domain/candle";
import type { CycleId } from "@winiswin/domain/cycle";
import { type Direction, signOf } from "@winiswin/domain/direction";
import type { ExitLimits } from "@winiswin/domain/exit/exit-rules";
import { bothShares, firstMultiple, firstShare } from "@winiswin/domain/exit/targets";

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
  /** ATR14 at the signal: what the trailing stop keeps its distance by. 0 when nobody knew it, then the stop stays at breakeven. */
  readonly atr: number;
}

/** What the sizing of a real entry assumes, as fractions of the price: a fee at both ends, slippage at the entry. */
export interface VirtualCosts {
  readonly takerFeeRate: number;
  readonly slippageRate: number;
}

/** The costs, and the limits of the exits as the guard has them. */
export interface VirtualRules extends VirtualCosts {
  readonly exits: Pick<ExitLimits, "timeStopCandles" | "timeStopLeastR" | "trailingAtr">;
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

export const virtualExitReasons = ["stopLoss", "takeProfit", "breakeven", "trailing", "timeStop", "timeLimit"] as const;

/** So long a position is followed (50 hours), then it is closed at the close: the engine holds 256 candles, and a label must come some day. */
export const mostBarsHeld = 200;

/**
 * Follows a position through the consecutive candles after its signal by the exits of a real one; undefined while it is open.
 *
 * 30 % is taken at 1R and 40 % at the second multiple, then the stop stands at breakeven, costs included, and behind the second target it trails
 * the closes by ATRs; a position without a target is left by the time stop. Two things are coarser than in reality, for they would need what
 * no candle shows: the trailing distance is measured by the ATR at the signal and knows no swings, and nothing is re-validated.
 *
 * A pure function of the signal and the candles: the same candles again, or more of them, give the same end. Within one candle the stop, as it
 * stood before, comes before the targets; a candle that opens beyond the stop fills at its open, one beyond a target still at the target. The
 * range of the last candle counts only as far as it surely came before the exit.
 */
export function followVirtualPosition(
  position: VirtualPosition,
  candles: readonly Candle[],
  rules: VirtualRules,
): VirtualOutcome | undefined {
  const [first] = candles;
  if (first === undefined) return undefined;
  const { stopPrice, targetPrice } = position;
  const sign = signOf(position.direction);
  const entryPrice = first.open;
  if (!((entryPrice - stopPrice) * sign > 0)) return { outcome: "notEntered", reason: "stopPassed" };
  if (!((targetPrice - entryPrice) * sign > 0)) return { outcome: "notEntered", reason: "targetPassed" };

  const held = new Holding(position, entryPrice, rules);
  for (const [index, candle] of candles.entries()) {
    const exitReason = held.take(candle, index + 1);
    if (exitReason !== undefined) return held.closedOutcome(exitReason, candle.openTimeMs, index + 1);
  }
  return undefined;
}

/** What is left of a position and what it has brought, in price units of one whole position. */
class Holding {
  private readonly sign: 1 | -1;
  private readonly entryPrice: number;
  private readonly distance: number;
  private readonly atr: number;
  private readonly rules: VirtualRules;
  private readonly targets: readonly { readonly gain: number; readonly share: number }[];
  private taken = 0;
  private left = 1;
  private result = 0;
  /** Of a unit at the present stop. */
  private stopGain: number;
  private stopReason: VirtualExitReason = "stopLoss";
  private best = 0;
  private worst = 0;

  constructor({ direction, stopPrice, targetPrice, secondMultiple, atr }: VirtualPosition, entryPrice: number, rules: VirtualRules) {
    this.sign = signOf(direction);
    this.entryPrice = entryPrice;
    this.rules = rules;
    this.atr = atr;
    this.distance = Math.abs(entryPrice - stopPrice);
    this.stopGain = -this.distance;
    const promised = this.gainAt(targetPrice);
    this.targets = [
      { gain: Math.min(promised, Number(firstMultiple) * this.distance), share: Number(firstShare) },
      { gain: Math.min(promised, secondMultiple * this.distance), share: Number(bothShares) - Number(firstShare) },
    ];
  }

  /** Lives through one candle; the reason when it was the last. */
  take(candle: Candle, barsHeld: number): VirtualExitReason | undefined {
    const adverse = this.gainAt(this.sign === 1 ? candle.low : candle.high);
    const favourable = this.gainAt(this.sign === 1 ? candle.high : candle.low);
    const closeGain = this.gainAt(candle.close);
    if (adverse <= this.stopGain) {
      const exitGain = Math.min(this.stopGain, this.gainAt(candle.open));
      this.worst = Math.min(this.worst, exitGain);
      return this.leave(exitGain, this.stopReason);
    }
    this.best = Math.max(this.best, favourable);
    this.worst = Math.min(this.worst, adverse);
    for (const { gain, share } of this.targets.slice(this.taken)) {
      if (favourable < gain) break;
      this.taken++;
      this.left -= share;
      this.result += share * this.netOf(gain);
      if (this.stopReason === "stopLoss") this.raiseStop(this.breakevenGain(), "breakeven");
    }
    if (barsHeld >= mostBarsHeld) return this.leave(closeGain, "timeLimit");
    const { timeStopCandles, timeStopLeastR, trailingAtr } = this.rules.exits;
    if (this.taken === 0 && barsHeld >= timeStopCandles && closeGain < timeStopLeastR * this.distance)
      return this.leave(closeGain, "timeStop");
    if (this.taken === this.targets.length && this.atr > 0) this.raiseStop(closeGain - trailingAtr * this.atr, "trailing");
    return undefined;
  }

  /** Adding 0 turns -0, which no table keeps, into 0. */
  closedOutcome(exitReason: VirtualExitReason, exitTimeMs: number, barsHeld: number): VirtualOutcome {
    const risk = this.distance + this.costAt(-this.distance);
    const inR = (value: number): number => value / risk + 0;
    return { outcome: "closed", exitReason, exitTimeMs, resultR: inR(this.result), mfeR: inR(this.best), maeR: inR(this.worst), barsHeld };
  }

  private gainAt(price: number): number {
    return (price - this.entryPrice) * this.sign;
  }

  private costAt(gain: number): number {
    const { takerFeeRate, slippageRate } = this.rules;
    return takerFeeRate * (2 * this.entryPrice + this.sign * gain) + slippageRate * this.entryPrice;
  }

  private netOf(gain: number): number {
    return gain - this.costAt(gain);
  }

  /** Where `netOf` is 0. */
  private breakevenGain(): number {
    const { takerFeeRate, slippageRate } = this.rules;
    return (this.entryPrice * (2 * takerFeeRate + slippageRate)) / (1 - this.sign * takerFeeRate);
  }

  private raiseStop(gain: number, reason: VirtualExitReason): void {
    if (gain <= this.stopGain) return;
    this.stopGain = gain;
    this.stopReason = reason;
  }

  private leave(gain: number, reason: VirtualExitReason): VirtualExitReason {
    this.result += this.left * this.netOf(gain);
    this.left = 0;
    return reason;
  }
}
