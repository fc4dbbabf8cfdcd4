import { type ClosedTrade, candlesMs, durationText } from "./closed-trade.ts";
import type { EntryHalt } from "./entry-halt.ts";
import type { Protection } from "./protection.ts";
import type { RiskLimits } from "./risk-context.ts";

/** Stopped at a loss: a stop that had been moved to breakeven or behind the price ends a trade under another name. */
const wasStopped = ({ exitReason, rMultiple }: ClosedTrade): boolean =>
  (exitReason === "stopLoss" || exitReason === "liquidated") && rMultiple < 0;

/** So many stops within so many candles halt all entries for so many candles from the last of them; told from the trades alone. */
export function stopLossGuardHalt(
  trades: readonly ClosedTrade[],
  limits: RiskLimits["stopLossGuard"],
  nowMs: number,
): EntryHalt | undefined {
  if (limits.stops === 0) return undefined;
  const times = trades
    .filter(wasStopped)
    .map((trade) => trade.closedAtMs)
    .sort((first, second) => first - second);
  const lasts = times.filter((time, index) => {
    const first = times[index - limits.stops + 1];
    return first !== undefined && time - first <= candlesMs(limits.withinCandles);
  });
  const last = lasts.at(-1);
  if (last === undefined) return undefined;
  const untilMs = last + candlesMs(limits.pauseCandles);
  if (nowMs >= untilMs) return undefined;
  const reason = `${limits.stops} stops were hit within ${limits.withinCandles} candles; entries rest for ${limits.pauseCandles} candles, another ${durationText(untilMs - nowMs)}`;
  return { code: "STOP_LOSS_GUARD", reason, untilMs };
}

export const stopLossGuard: Protection = {
  code: "STOP_LOSS_GUARD",
  reasonAgainst(_intent, { closedTrades, limits, nowMs }) {
    if (limits.stopLossGuard.stops === 0) return undefined;
    return closedTrades === undefined
      ? "how many stops were hit lately is not known"
      : stopLossGuardHalt(closedTrades, limits.stopLossGuard, nowMs)?.reason;
  },
};
