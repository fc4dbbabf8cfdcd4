import { dayOf } from "../cycle.ts";
import type { DecimalValue } from "../decimal.ts";
import type { EntryHalt } from "./entry-halt.ts";
import { type EquityMarks, lossPercent, nextUtcDayMs } from "./equity-marks.ts";
import type { Protection } from "./protection.ts";

/**
 * The worst equity of the UTC day against its first: realised and open results, fees and funding, without transfers.
 *
 * The worst and not the present one: a position that recovers for a moment does not open the door again.
 */
export function dailyLossHalt(marks: EquityMarks, maximumPercent: DecimalValue, nowMs: number): EntryHalt | undefined {
  if (marks.day !== dayOf(nowMs)) return undefined;
  const percent = lossPercent(marks.dayStartEquity, marks.dayLowestEquity);
  if (percent.lt(maximumPercent)) return undefined;
  const reason = `equity fell to ${marks.dayLowestEquity.toFixed(2)} USDT, ${percent.toFixed(2)} % below the ${marks.dayStartEquity.toFixed(2)} USDT at the start of the day; the limit is ${maximumPercent.toFixed()} %, entries rest until midnight UTC`;
  return { code: "MAXIMUM_DAILY_LOSS", reason, untilMs: nextUtcDayMs(nowMs) };
}

export const dailyLoss: Protection = {
  code: "MAXIMUM_DAILY_LOSS",
  reasonAgainst: (_intent, { equityMarks, limits, nowMs }) =>
    equityMarks === undefined
      ? "the equity at the start of the day is not known"
      : dailyLossHalt(equityMarks, limits.maximumDailyLossPercent, nowMs)?.reason,
};
