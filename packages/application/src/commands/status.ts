import { cycleTimeframe } from "@winiswin/domain/cycle";
import { usdt } from "@winiswin/domain/decimal";
import { durationMs, nextCloseAfter, openTimeOf } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { CloseRequest, Halt } from "../ports/control-store.ts";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import { buttonsFor } from "./button-key.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { haltSentence, isPause } from "./emergency.ts";
import { instantText, noFigure, relativeText, spanText, usdtText } from "./figures.ts";
import { type Block, columns, keyValues, type Tone, text, type View } from "./view.ts";

/** How long after a close its cycle may still be on the way: the deadline of the shards plus a margin. */
const graceMs = 90_000;

export const status = defineCommand({
  name: "status",
  summary: "Is it alive: last and next cycle, what was analysed, what was refused and why",
  arguments: z.strictObject({}),
  danger: "read",
  async run(context) {
    const nowMs = context.clock.nowMs();
    const duration = durationMs(cycleTimeframe);
    const [cycles, halt, frozen, positions, requests, risk] = await Promise.all([
      context.cycles.latest(8, nowMs + duration + 1),
      context.control.halt(),
      context.control.frozenSymbols(),
      context.positions.open(context.settings.bot),
      context.control.closeRequests(),
      context.control.riskRecord(context.settings.bot),
    ]);
    const resting = (risk?.halts ?? []).filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs);
    const last = cycles.find((cycle) => cycle.analyzedAtMs !== undefined);
    const dueCloseTimeMs = openTimeOf(cycleTimeframe, nowMs - graceMs);
    const isLate = last === undefined || last.closeTimeMs < dueCloseTimeMs;
    return {
      title: "Status",
      tone: toneOf(isLate, halt !== undefined || resting.length > 0, last),
      blocks: [
        text(aliveSentence(last, dueCloseTimeMs, isLate, nowMs)),
        ...(halt === undefined ? [] : [text(haltSentence(halt, nowMs))]),
        ...resting.map(({ code, reason }) => text(`No entries (${code}): ${reason}.`)),
        ...(requests.length === 0 ? [] : [text(closingSentence(requests))]),
        keyValues([
          ["last cycle", last === undefined ? noFigure : { atMs: last.closeTimeMs }],
          ["next cycle", { atMs: nextCloseAfter(cycleTimeframe, nowMs) }],
          ["age of the data", last === undefined ? noFigure : spanText(nowMs - last.closeTimeMs)],
          ...(last === undefined ? [] : cycleEntries(last)),
          ["open positions", `${positions.length}, on record`],
          ["trading", tradingText(context, halt)],
          ["mode", context.settings.mode],
          ["halted", halt === undefined ? "no" : isPause(halt) ? "paused" : "YES"],
          ...(frozen.size === 0 ? [] : [["frozen symbols", someOf([...frozen.keys()].sort())] as const]),
        ]),
        ...(last === undefined ? [] : [refusalsOf(last)]),
      ],
      buttons: buttonsFor([{ label: "Refresh", meaning: { kind: "ask", command: "status", options: {} } }]),
      footer: `bot ${context.settings.bot}`,
      atMs: nowMs,
    } satisfies View;
  },
});

function toneOf(isLate: boolean, isHeldBack: boolean, last: Cycle | undefined): Tone {
  if (isLate) return "bad";
  return isHeldBack || last?.complete === false ? "warning" : "good";
}

function aliveSentence(last: Cycle | undefined, dueCloseTimeMs: number, isLate: boolean, nowMs: number): string {
  if (last === undefined) return "No cycle has been analysed yet.";
  if (isLate)
    return `LATE: the cycle of ${instantText(dueCloseTimeMs)} is missing; the last one that was analysed closed ${relativeText(last.closeTimeMs, nowMs)}.`;
  return last.complete === false
    ? `Alive, but the last cycle reached its deadline with ${last.shards.length} of ${last.shardCount} shards.`
    : `Alive: the last cycle closed ${relativeText(last.closeTimeMs, nowMs)}.`;
}

const closingSentence = (requests: readonly CloseRequest[]): string =>
  `Being closed on request: ${someOf(requests.map(({ symbol }) => symbol ?? "everything"))}.`;

function tradingText(context: CommandContext, halt: Halt | undefined): string {
  if (!context.settings.tradingEnabled) return "disabled: signals are recorded, nothing is sent";
  return halt === undefined ? "enabled" : `enabled, but ${isPause(halt) ? "paused" : "halted"}`;
}

function cycleEntries(cycle: Cycle): (readonly [string, string])[] {
  const total = (figure: "analyzed" | "warming" | "failed") => cycle.shards.reduce((sum, shard) => sum + shard[figure], 0);
  const durationText =
    cycle.analyzedAtMs === undefined ? noFigure : `${((cycle.analyzedAtMs - cycle.closeTimeMs) / 1000).toFixed(1)} s after the close`;
  return [
    ["analysed", `${total("analyzed")} of ${cycle.symbols} symbols, ${durationText}`],
    ["warming", String(total("warming"))],
    ["failed", String(total("failed"))],
    ["signals", cycle.signals === undefined ? noFigure : String(cycle.signals)],
    ["orders", cycle.orders === undefined ? `${noFigure} (not executed yet)` : String(cycle.orders)],
    ...(cycle.equity === undefined ? [] : [["equity", `${usdtText(usdt(cycle.equity))}, as of the last cycle`] as const]),
  ];
}

/** One row per reason code, because a reader asks "what holds it back", not "which of 200". */
function refusalsOf(cycle: Cycle): Block {
  const byCode = new Map<string, { symbols: string[]; reason: string }>();
  for (const decision of cycle.decisions.filter((candidate) => candidate.decision !== "entered")) {
    for (const { code, reason } of firstPerCode(decision)) {
      const known = byCode.get(code);
      if (known === undefined) byCode.set(code, { symbols: [decision.symbol], reason });
      else known.symbols.push(decision.symbol);
    }
  }
  const reviewed = [...byCode].map(([code, { symbols, reason }]) => ({ code, signals: symbols.length, symbols: someOf(symbols), reason }));
  const setAside = cycle.setAside.map(({ code, signals, symbol, reason }) => ({
    code,
    signals,
    symbols: signals === 1 ? symbol : `${symbol} …`,
    reason,
  }));
  const rows = [...reviewed, ...setAside].sort((first, second) => second.signals - first.signals);
  return {
    kind: "table",
    title: "Not traded",
    columns: columns("reason", "signals>", "symbols", "for example"),
    namingColumns: 1,
    rows: rows.map(({ code, signals, symbols, reason }) => [code, String(signals), symbols, reason]),
    whenEmpty:
      cycle.executedAtMs === undefined ? "Nothing is decided yet about the signals of this cycle." : "No signal of this cycle was refused.",
  };
}

const firstPerCode = (decision: Decision) =>
  decision.reasons.filter((reason, index) => decision.reasons.findIndex((other) => other.code === reason.code) === index);

const someOf = (symbols: readonly string[]): string =>
  symbols.length <= 5 ? symbols.join(" ") : `${symbols.slice(0, 5).join(" ")} and ${symbols.length - 5} more`;
