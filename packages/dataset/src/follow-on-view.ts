import type { SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import { followVirtualPosition, mostBarsHeld } from "./follow-virtual-position.ts";
import { candlesBefore, type Sight } from "./virtual-held-views.ts";
import type { VirtualOutcome, VirtualPosition, VirtualRules } from "./virtual-position.ts";

/**
 * Follows a position on the candles that the engine holds anyway; undefined while it is open.
 *
 * Whoever missed cycles needs nothing but the view of a later one. When the candles since the signal are not all held in a row (a gap, or
 * the symbol was away for long), the position is lost. `now` is what the analysis sees of the position at the last candle, for re-validation.
 */
export function followOnView(
  position: VirtualPosition,
  view: SymbolView,
  rules: VirtualRules,
  now?: Sight["now"],
): VirtualOutcome | undefined {
  const since = Math.round((view.closeTimeMs - closeTimeOfCycle(position.cycleId)) / durationMs("15m"));
  if (since <= 0) return undefined;
  if (since > view.candles.run) return { outcome: "lost" };
  const candlesFrom = (back: number, count: number): readonly Candle[] =>
    Array.from({ length: count }, (_, index) => view.candles.candle(back - index));
  const count = Math.min(since, mostBarsHeld);
  const lead = Math.min(candlesBefore, view.candles.run - since);
  // What is seen now is no news of a position whose time was over before.
  return followVirtualPosition(position, candlesFrom(since - 1, count), rules, {
    before: candlesFrom(since - 1 + lead, lead),
    now: since === count ? now : undefined,
  });
}
