import type { DecimalValue } from "../decimal.ts";
import type { EntryHalt } from "./entry-halt.ts";
import { type EquityMarks, lossPercent } from "./equity-marks.ts";
import type { Protection } from "./protection.ts";

/** Equity against its highest, without transfers; ends only when a person resumes, who accepts the loss. */
export function drawdownHalt(marks: EquityMarks, maximumPercent: DecimalValue): EntryHalt | undefined {
  const percent = lossPercent(marks.peakEquity, marks.equity);
  if (percent.lt(maximumPercent)) return undefined;
  const reason = `equity ${marks.equity.toFixed(2)} USDT is ${percent.toFixed(2)} % below its peak of ${marks.peakEquity.toFixed(2)} USDT, the limit is ${maximumPercent.toFixed()} %; entries rest until a person resumes`;
  return { code: "MAXIMUM_DRAWDOWN", reason, untilMs: undefined };
}

/** What is left of a drawdown that a transfer, told late, has explained: the halt, which only a person ends. */
export function retractedDrawdown(marks: EquityMarks): EntryHalt {
  const percent = lossPercent(marks.peakEquity, marks.equity);
  const reason = `the drawdown that halted everything was none: the exchange told late of a transfer, and with it equity ${marks.equity.toFixed(2)} USDT is ${percent.toFixed(2)} % below its peak of ${marks.peakEquity.toFixed(2)} USDT; entries rest until a person resumes`;
  return { code: "MAXIMUM_DRAWDOWN", reason, untilMs: undefined };
}

export const drawdown: Protection = {
  code: "MAXIMUM_DRAWDOWN",
  reasonAgainst: (_intent, { equityMarks, limits }) =>
    equityMarks === undefined ? "the highest equity is not known" : drawdownHalt(equityMarks, limits.maximumDrawdownPercent)?.reason,
};
