import { cycleTimeframe } from "../cycle.ts";
import { durationMs } from "../timeframe.ts";
import type { Trade } from "../trade.ts";

/** What the protections look at of a trade. */
export type ClosedTrade = Pick<Trade, "symbol" | "closedAtMs" | "exitReason" | "rMultiple">;

export const candlesMs = (count: number): number => count * durationMs(cycleTimeframe);

/** "3 h 15 min" */
export function durationText(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : "", rest > 0 || hours === 0 ? `${rest} min` : ""].filter((part) => part !== "").join(" ");
}
