import type { SymbolView } from "@winiswin/analysis";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import { followVirtualPosition, mostBarsHeld, type VirtualOutcome, type VirtualPosition, type VirtualRules } from "./virtual-position.ts";

/**
 * Follows a position on the candles that the engine holds anyway; undefined while it is open.
 *
 * Whoever missed cycles needs nothing but the view of a later one. When the candles since the signal are not all held in a row (a gap, or
 * the symbol was away for long), the position is lost.
 */
export function followOnView(position: VirtualPosition, view: SymbolView, rules: VirtualRules): VirtualOutcome | undefined {
  const since = Math.round((view.closeTimeMs - closeTimeOfCycle(position.cycleId)) / durationMs("15m"));
  if (since <= 0) return undefined;
  if (since > view.candles.run) return { outcome: "lost" };
  const count = Math.min(since, mostBarsHeld);
  return followVirtualPosition(
    position,
    Array.from({ length: count }, (_, index) => view.candles.candle(since - 1 - index)),
    rules,
  );
}
