import type { Candle } from "@winiswin/domain/candle";
import { signOf } from "@winiswin/domain/direction";
import { breakevenLevel } from "@winiswin/domain/exit/breakeven";
import { dueExit, type HeldPosition, trailingStop } from "@winiswin/domain/exit/exit-rules";
import type { HeldView } from "@winiswin/domain/exit/held-view";
import { bothShares, firstMultiple, firstShare, targetLevel } from "@winiswin/domain/exit/targets";
import { durationMs } from "@winiswin/domain/timeframe";
import type { VirtualExitReason, VirtualOutcome, VirtualPosition, VirtualRules } from "./virtual-position.ts";

/** What is left of a virtual position and what it has brought, in price units of one whole position. */
export class VirtualHolding {
  private readonly position: VirtualPosition;
  private readonly sign: 1 | -1;
  private readonly entryPrice: number;
  private readonly filledAtMs: number;
  private readonly rules: VirtualRules;
  private readonly targets: readonly { readonly price: number; readonly share: number }[];
  private taken = 0;
  private left = 1;
  private result = 0;
  private stopPrice: number;
  private stopReason: VirtualExitReason = "stopLoss";
  private best = 0;
  private worst = 0;

  constructor(position: VirtualPosition, { open, openTimeMs }: Candle, rules: VirtualRules) {
    const { direction, stopPrice, targetPrice: farthestPrice, secondMultiple } = position;
    this.position = position;
    this.sign = signOf(direction);
    this.entryPrice = open;
    // Whoever acts on a close is filled after it, so the first candle is never a whole one.
    this.filledAtMs = openTimeMs + 1;
    this.rules = rules;
    this.stopPrice = stopPrice;
    const plan = { direction, entryPrice: open, stopPrice, farthestPrice };
    this.targets = [
      { price: targetLevel(plan, Number(firstMultiple)), share: Number(firstShare) },
      { price: targetLevel(plan, secondMultiple), share: Number(bothShares) - Number(firstShare) },
    ];
  }

  /** Lives through one candle; the reason when it was the last. */
  take(candle: Candle, view: HeldView, isOutOfTime: boolean): VirtualExitReason | undefined {
    const [adverse, favourable] = this.sign === 1 ? [candle.low, candle.high] : [candle.high, candle.low];
    if (this.gainAt(adverse) <= this.gainAt(this.stopPrice)) {
      const isGap = this.gainAt(candle.open) < this.gainAt(this.stopPrice);
      const exitPrice = isGap ? candle.open : this.stopPrice;
      this.worst = Math.min(this.worst, this.gainAt(exitPrice));
      return this.leave(exitPrice, this.stopReason);
    }
    this.best = Math.max(this.best, this.gainAt(favourable));
    this.worst = Math.min(this.worst, this.gainAt(adverse));
    for (const { price, share } of this.targets.slice(this.taken)) {
      if (this.gainAt(favourable) < this.gainAt(price)) break;
      this.taken++;
      this.left -= share;
      this.result += share * this.netAt(price);
      if (this.stopReason === "stopLoss") {
        this.moveStop(breakevenLevel(this.position.direction, this.entryPrice, this.rules), "breakeven");
      }
    }
    const held = this.held();
    const due = dueExit(held, view, candle.openTimeMs + durationMs("15m"), this.rules.exits);
    if (due !== undefined) return this.leave(candle.close, due.cause);
    if (isOutOfTime) return this.leave(candle.close, "timeLimit");
    const wanted = trailingStop(held, view, this.rules.exits);
    if (wanted !== undefined && wanted > 0) this.moveStop(wanted, "trailing");
    return undefined;
  }

  /** Adding 0 turns -0, which no table keeps, into 0. */
  closedOutcome(exitReason: VirtualExitReason, exitTimeMs: number, barsHeld: number): VirtualOutcome {
    const risk = -this.netAt(this.position.stopPrice);
    const inR = (value: number): number => value / risk + 0;
    return { outcome: "closed", exitReason, exitTimeMs, resultR: inR(this.result), mfeR: inR(this.best), maeR: inR(this.worst), barsHeld };
  }

  private held(): HeldPosition {
    const { entryPrice, filledAtMs, taken } = this;
    const { direction, stopPrice: firstStopPrice } = this.position;
    return { direction, entryPrice, firstStopPrice, filledAtMs, hasTaken: taken > 0, isTrailing: taken === this.targets.length };
  }

  private gainAt(price: number): number {
    return (price - this.entryPrice) * this.sign;
  }

  private netAt(price: number): number {
    const { takerFeeRate, slippageRate } = this.rules;
    return this.gainAt(price) - takerFeeRate * (this.entryPrice + price) - slippageRate * this.entryPrice;
  }

  /** A stop never moves against a position. */
  private moveStop(price: number, reason: VirtualExitReason): void {
    if (this.gainAt(price) <= this.gainAt(this.stopPrice)) return;
    this.stopPrice = price;
    this.stopReason = reason;
  }

  private leave(price: number, reason: VirtualExitReason): VirtualExitReason {
    this.result += this.left * this.netAt(price);
    this.left = 0;
    return reason;
  }
}
