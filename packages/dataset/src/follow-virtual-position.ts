import type { Candle } from "@winiswin/domain/candle";
import { signOf } from "@winiswin/domain/direction";
import { blind, type Sight, viewsOf } from "./virtual-held-views.ts";
import { VirtualHolding } from "./virtual-holding.ts";
import type { VirtualOutcome, VirtualPosition, VirtualRules } from "./virtual-position.ts";

/** So long a position is followed (50 hours), then it is closed at the close: the engine holds 256 candles, and a label must come some day. */
export const mostBarsHeld = 200;

/**
 * Follows a position through the consecutive candles after its signal by the exits of a real one; undefined while it is open.
 *
 * 30 % is taken at 1R and 40 % at the second multiple, then the stop stands at breakeven, and behind the second target it trails the closes by
 * the present ATR or the last swing; each close asks the time stop and the re-validation. These are the rules of `domain/exit` themselves, asked
 * in the same order as for a real position. What a real one has and this has not: funding, sizes too small to be parted, ticks.
 *
 * Re-validation needs eyes: `sight` says what the analysis sees at the last of the candles. A change of character counts at the close that
 * confirmed it; the confidence is known of the last candle alone, because that of earlier ones was asked when they were the last. A cycle that
 * never ran asked nobody, for real positions as for these.
 *
 * A pure function of its arguments: the same candles again, or more of them, give the same end. Within one candle the stop, as it stood before,
 * comes before the targets; a candle that opens beyond the stop fills at its open, one beyond a target still at the target. The range of the
 * last candle counts only as far as it surely came before the exit.
 */
export function followVirtualPosition(
  position: VirtualPosition,
  candles: readonly Candle[],
  rules: VirtualRules,
  sight: Sight = blind,
): VirtualOutcome | undefined {
  const [first] = candles;
  if (first === undefined) return undefined;
  const { stopPrice, targetPrice } = position;
  const sign = signOf(position.direction);
  if (!((first.open - stopPrice) * sign > 0)) return { outcome: "notEntered", reason: "stopPassed" };
  if (!((targetPrice - first.open) * sign > 0)) return { outcome: "notEntered", reason: "targetPassed" };

  const held = new VirtualHolding(position, first, rules);
  let barsHeld = 0;
  for (const { candle, view } of viewsOf(position, candles, sight)) {
    barsHeld++;
    const exitReason = held.take(candle, view, barsHeld >= mostBarsHeld);
    if (exitReason !== undefined) return held.closedOutcome(exitReason, candle.openTimeMs, barsHeld);
  }
  return undefined;
}
