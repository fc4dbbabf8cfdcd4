import { signedFigureText, signedUsdtText, usdtText } from "@winiswin/application/commands/figures";
import { type Block, columns, keyValues, type Tone, text } from "@winiswin/application/commands/view";
import type { DomainEvent } from "@winiswin/application/ports/events";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import { decimal } from "@winiswin/domain/decimal";

type Summary = Extract<DomainEvent, { type: "SummaryMade" }>;

export const summaryTitle = ({ hours, toCycleId }: Summary): string =>
  hours === 24 ? `The day ${new Date(closeTimeOfCycle(toCycleId) - 1).toISOString().slice(0, 10)}` : `The last ${hours} hours`;

export function summaryTone({ trades, halt }: Summary): Tone {
  if (trades.netProfit.startsWith("-")) return "bad";
  return halt === undefined ? "good" : "warning";
}

/** Equity, trades, cycles, and the digest of what was refused. */
export const summaryBlocks = (summary: Summary): readonly Block[] => [
  ...(summary.halt === undefined ? [] : [text(`Entries are stopped by ${summary.halt}.`)]),
  keyValues([
    ["result", `${signedUsdtText(decimal(summary.trades.netProfit))}, ${signedFigureText(summary.trades.rMultiple, 2)} R`],
    ["trades closed", `${summary.trades.closed}, ${summary.trades.winners} won`],
    ["equity", `${equityText(summary.equity.first)} → ${equityText(summary.equity.last)}`],
    ["open positions", String(summary.openPositions)],
    ["cycles", `${summary.cycles.analyzed} of ${summary.cycles.expected}`],
    ["signals", String(summary.signals)],
    ["orders", String(summary.orders)],
  ]),
  {
    kind: "table",
    title: "Not traded, by reason",
    columns: columns("reason", "signals>"),
    namingColumns: 1,
    rows: summary.refusals.map(({ code, count }) => [code, String(count)]),
    whenEmpty: "No signal was refused.",
  },
];

const equityText = (equity: string | undefined): string => (equity === undefined ? "—" : usdtText(decimal(equity)));
