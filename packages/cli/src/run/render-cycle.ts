import { alignedLines } from "@winiswin/application/commands/cell-text";
import { exactText, signedFigureText, signedUsdtText, usdtText } from "@winiswin/application/commands/figures";
import type { Cycle, Decision } from "@winiswin/application/ports/cycle-store";
import { type DecimalValue, decimal, type Price, toNumber } from "@winiswin/domain/decimal";
import type { Trade } from "@winiswin/domain/trade";
import type { Colours } from "../terminal.ts";
import { totalsOf } from "./cycle-totals.ts";
import type { HeldPosition } from "./held-position.ts";
import { heldText, statesOf } from "./held-text.ts";
import { changeText, type PositionChange } from "./position-change.ts";

/** Everything that is shown about a cycle when it is done. */
export interface CycleReport {
  readonly cycle: Cycle;
  /** Real milliseconds from the close to the last order. */
  readonly durationMs: number;
  readonly positions: readonly HeldPosition[];
  /** Trades that closed since the former report. */
  readonly closed: readonly Trade[];
  /** Targets that were taken and stops that were moved since the former report. */
  readonly changes: readonly PositionChange[];
  /** Symbols that the exchange holds without a record of ours; undefined when it was not asked. */
  readonly foreign: readonly string[] | undefined;
  /** Positions of others that were noticed since the former report. */
  readonly foreignSeen: readonly ForeignPosition[];
  readonly equity: DecimalValue | undefined;
}

/** A position on our account that this system did not open, in words: "long 2 at 300". */
export interface ForeignPosition {
  readonly symbol: string;
  readonly detail: string;
}

const shownRefusals = 3;

/** A compact block for a terminal. */
export function cycleBlock(report: CycleReport, colours: Colours): readonly string[] {
  const { cycle, closed, positions, equity } = report;
  const summary = [analysisText(report), decisionsText(cycle), ...(equity === undefined ? [] : [`equity ${usdtText(equity)}`])].join(" · ");
  return [
    `${colours.bold(timeText(cycle))}  ${cycle.complete === false ? `${colours.yellow(summary)}` : summary}`,
    ...entered(cycle).map((decision) => `  ${colours.green("+")} ${decision.symbol} entered, score ${decision.score.toFixed(1)}`),
    ...refusalLines(cycle).map((line) => `  ${colours.dim(line)}`),
    ...closed.map((trade) => `  ${resultColour(trade.netProfit, colours)(closedText(trade))}`),
    ...report.changes.map((change) => `  ${changeText(change)}`),
    ...report.foreignSeen.map((position) => `  ${colours.yellow(foreignText(position))}`),
    ...foreignLines(report).map((line) => `  ${colours.yellow(line)}`),
    ...positionLines(positions).map((line, index) => `  ${index === 0 ? colours.dim(line) : line}`),
  ];
}

/** One line for a log or a pipe. */
export function cycleLine({ cycle, durationMs, positions, closed, changes, foreign, foreignSeen, equity }: CycleReport): string {
  return [
    `cycle ${cycle.cycleId}`,
    analysisText({ cycle, durationMs }),
    decisionsText(cycle),
    ...refusalsByCode(cycle).map(({ code, signals }) => `${code} ${signals}`),
    ...closed.map(closedText),
    ...changes.map(changeText),
    ...foreignSeen.map(foreignText),
    `${heldText(statesOf(positions), foreign)}${openText(positions)}`,
    ...(equity === undefined ? [] : [`equity ${usdtText(equity)}`]),
  ].join(" · ");
}

/** While shards report: "10:15  [#####.....] 8/16 shards · 312 analysed · 0 warming · 0 failed". */
export function progressText(cycle: Cycle): string {
  const { analyzed, warming, failed, signals } = totalsOf(cycle);
  const filled = cycle.shardCount === 0 ? 0 : Math.round((barWidth * cycle.shards.length) / cycle.shardCount);
  const bar = `[${"#".repeat(filled)}${".".repeat(barWidth - filled)}]`;
  const phase =
    cycle.status === "dispatched"
      ? `${cycle.shards.length}/${cycle.shardCount} shards · ${analyzed} analysed · ${warming} warming · ${failed} failed`
      : `${plural(signals, "signal")} · deciding`;
  return `${timeText(cycle)}  ${bar} ${phase}`;
}

const barWidth = 20;

const timeText = ({ closeTimeMs }: Cycle): string => new Date(closeTimeMs).toISOString().slice(0, 16).replace("T", " ");

function analysisText({ cycle, durationMs }: Pick<CycleReport, "cycle" | "durationMs">): string {
  const { analyzed, warming, failed } = totalsOf(cycle);
  const missing = cycle.complete === false ? ` · only ${cycle.shards.length} of ${cycle.shardCount} shards in time` : "";
  return `${analyzed}/${cycle.symbols} analysed · ${warming} warming · ${failed} failed${missing} · ${(durationMs / 1000).toFixed(1)} s`;
}

function decisionsText(cycle: Cycle): string {
  const count = (decision: Decision["decision"]) =>
    cycle.decisions.filter((candidate) => candidate.decision === decision).length +
    cycle.setAside.reduce((sum, group) => sum + (group.decision === decision ? group.signals : 0), 0);
  const parts = [
    ["entered", count("entered")],
    ["refused", count("refused")],
    ["failed", count("failed")],
    ["below the best", count("notRanked")],
  ] as const;
  const shown = parts.filter(([, number]) => number > 0).map(([name, number]) => `${number} ${name}`);
  return `${plural(cycle.signals ?? 0, "signal")}${shown.length === 0 ? "" : ` (${shown.join(", ")})`}`;
}

const entered = (cycle: Cycle): readonly Decision[] => cycle.decisions.filter((decision) => decision.decision === "entered");

interface RefusalGroup {
  readonly code: string;
  readonly reason: string;
  readonly symbol: string;
  signals: number;
}

/** Refusals and failures by their first reason, the most frequent first; what was merely ranked lower is no refusal. */
function refusalsByCode(cycle: Cycle): readonly RefusalGroup[] {
  const groups = new Map<string, RefusalGroup>();
  for (const decision of cycle.decisions) {
    const [first] = decision.reasons;
    if (first === undefined || (decision.decision !== "refused" && decision.decision !== "failed")) continue;
    const group = groups.get(first.code);
    if (group === undefined) groups.set(first.code, { code: first.code, reason: first.reason, symbol: decision.symbol, signals: 1 });
    else group.signals++;
  }
  const stopped = cycle.setAside.filter(({ decision }) => decision === "refused");
  return [...groups.values(), ...stopped].sort((first, second) => second.signals - first.signals);
}

function refusalLines(cycle: Cycle): readonly string[] {
  const groups = refusalsByCode(cycle);
  const lines = groups
    .slice(0, shownRefusals)
    .map(({ code, reason, symbol, signals }) => `- ${code}  ${symbol}${signals === 1 ? "" : ` and ${signals - 1} more`}: ${reason}`);
  return groups.length <= shownRefusals
    ? lines
    : [...lines, `- and ${groups.length - shownRefusals} more reasons: winiswin discord "/status"`];
}

const foreignText = ({ symbol, detail }: ForeignPosition): string =>
  `! ${symbol} ${detail} on the exchange is not ours: it is left alone, and ${symbol} takes no entries`;

/** What was noticed in this cycle has its own line already. */
function foreignLines({ foreign = [], foreignSeen }: CycleReport): readonly string[] {
  const known = foreign.filter((symbol) => !foreignSeen.some((seen) => seen.symbol === symbol));
  return known.length === 0 ? [] : [`! ${plural(known.length, "position")} on the exchange not ours: ${known.join(", ")}`];
}

/** Where the word of the tables would say too little. */
const exitWords: Partial<Record<Trade["exitReason"], string>> = {
  closed: "us at market, because it could not be protected or was no longer wanted",
  elsewhere: "somebody else",
  excess: "giving back what was filled beyond the intended quantity",
};

export function closedText(trade: Trade): string {
  const sign = trade.netProfit.gte(decimal("0")) ? "▲" : "▼";
  return `${sign} ${trade.symbol} ${trade.direction} closed by ${exitWords[trade.exitReason] ?? trade.exitReason}: ${signedUsdtText(trade.netProfit)} (${signedFigureText(trade.rMultiple, 2, " R")})`;
}

const resultColour = (result: DecimalValue, colours: Colours) => (result.gte(decimal("0")) ? colours.green : colours.red);

function positionLines(positions: readonly HeldPosition[]): readonly string[] {
  if (positions.length === 0) return [];
  return alignedLines(
    [
      { heading: "position", align: "left" },
      { heading: "", align: "left" },
      { heading: "quantity", align: "right" },
      { heading: "entry", align: "right" },
      { heading: "stop", align: "right" },
      { heading: "target", align: "right" },
      { heading: "unrealised", align: "right" },
      { heading: "", align: "left" },
    ],
    positions.map((position) => [
      position.symbol,
      position.direction,
      exactText(position.openQuantity),
      exactText(position.entryPrice),
      levelText(position.stopPrice, position.markPrice),
      levelText(position.targetPrice, position.markPrice),
      position.unrealisedProfit === undefined ? "—" : signedUsdtText(position.unrealisedProfit),
      stateText(position),
    ]),
  );
}

function stateText({ state, stopConfirmedAtMs, stopLeg, targets, takenTargets }: HeldPosition): string {
  if (state !== "open") return state;
  const taken = takenTargets === 0 ? "" : `, ${takenTargets} of ${plural(targets, "target")} taken`;
  const moved = stopLeg === "stopLoss" ? "stop" : `${stopLeg} stop`;
  return stopConfirmedAtMs === undefined ? "NO STOP CONFIRMED YET" : `${moved} on the exchange${taken}`;
}

const levelText = (level: Price, mark: Price | undefined): string =>
  mark === undefined || toNumber(mark) <= 0
    ? exactText(level)
    : `${exactText(level)} (${signedFigureText((100 * (toNumber(level) - toNumber(mark))) / toNumber(mark), 2, " %")})`;

function openText(positions: readonly HeldPosition[]): string {
  if (positions.length === 0) return "";
  return ` (${positions.map(({ symbol, direction, state, unrealisedProfit }) => `${symbol} ${direction}${state === "open" ? "" : ` ${state}`}${unrealisedProfit === undefined ? "" : ` ${signedUsdtText(unrealisedProfit)}`}`).join(", ")})`;
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
