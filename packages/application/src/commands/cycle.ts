import { type CycleId, cycleTimeframe } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { noFigure } from "./figures.ts";
import { decisionText, isCycleId } from "./signals.ts";
import { columns, keyValues, text, type View } from "./view.ts";

export const cycle = defineCommand({
  name: "cycle",
  summary: "One cycle from dispatch to execution: times, shards, signals and every decision",
  arguments: z.strictObject({
    cycle: z.optional(
      z
        .string()
        .check(
          z.refine(isCycleId, { error: "is not a cycle (expected the form 2026-11-21T10:15:00Z)" }),
          z.describe("Close of the candle in UTC, like 2026-11-21T10:15:00Z; the latest unless given"),
        ),
    ),
  }),
  danger: "read",
  async run(context, given) {
    const { clock, settings } = context;
    const nowMs = clock.nowMs();
    const common = { footer: `bot ${settings.bot} · ${settings.mode}`, atMs: nowMs };
    const found = await cycleMeant(context, given.cycle, nowMs);
    if (found === undefined) {
      const sentence = given.cycle === undefined ? "No cycle is stored yet." : `No cycle ${given.cycle} is stored.`;
      return { ...common, title: "Cycle", tone: "neutral", blocks: [text(sentence)] } satisfies View;
    }
    return {
      ...common,
      title: `Cycle ${found.cycleId}`,
      tone: found.complete === false ? "warning" : "neutral",
      blocks: blocksOf(found, await decisionsOf(context, found)),
    } satisfies View;
  },
});

async function cycleMeant({ cycles }: CommandContext, asked: string | undefined, nowMs: number): Promise<Cycle | undefined> {
  if (asked !== undefined) return cycles.find(asked as CycleId);
  const [latest] = await cycles.latest(1, nowMs + durationMs(cycleTimeframe) + 1);
  return latest;
}

/** The few that the cycle itself keeps, and all others. */
async function decisionsOf({ decisions, settings }: CommandContext, found: Cycle): Promise<readonly Decision[]> {
  const kept = new Set(found.decisions.map(({ signalId }) => signalId));
  const others = await decisions.ofCycle(settings.bot, found.cycleId);
  return [...found.decisions, ...others.filter(({ signalId }) => !kept.has(signalId))].sort((first, second) => first.rank - second.rank);
}

const blocksOf = (found: Cycle, decisions: readonly Decision[]): View["blocks"] => {
  const after = (atMs: number | undefined) =>
    atMs === undefined ? noFigure : `${((atMs - found.closeTimeMs) / 1000).toFixed(1)} s after the close`;
  const total = (figure: "analyzed" | "warming" | "failed") => found.shards.reduce((sum, shard) => sum + shard[figure], 0);
  const slowest = (figure: "fetchMs" | "foldMs" | "evaluateMs" | "writeMs") =>
    found.shards.reduce((most, shard) => Math.max(most, shard[figure]), 0);
  return [
    keyValues([
      ["status", found.complete === false ? `${found.status}, by its deadline` : found.status],
      ["close", { atMs: found.closeTimeMs }],
      ["analysed", after(found.analyzedAtMs)],
      ["executed", after(found.executedAtMs)],
      ["shards", `${found.shards.length} of ${found.shardCount}`],
      ["symbols", `${total("analyzed")} of ${found.symbols}, ${total("warming")} warming, ${total("failed")} failed`],
      [
        "slowest shard",
        `fetch ${slowest("fetchMs").toFixed(0)} · fold ${slowest("foldMs").toFixed(0)} · evaluate ${slowest("evaluateMs").toFixed(0)} · write ${slowest("writeMs").toFixed(0)} ms`,
      ],
      ["signals", found.signals === undefined ? noFigure : String(found.signals)],
      ["orders", found.orders === undefined ? noFigure : String(found.orders)],
      ["signals hash", found.signalsHash === undefined ? noFigure : found.signalsHash.slice(0, 16)],
    ]),
    {
      kind: "table",
      title: "Decisions",
      columns: columns("#>", "symbol", "score>", "decision"),
      namingColumns: 2,
      rows: decisions.map((decision) => [String(decision.rank), decision.symbol, decision.score.toFixed(2), decisionText(decision, found)]),
      whenEmpty: found.executedAtMs === undefined ? "Nothing is decided yet." : "There was nothing to decide.",
    },
  ];
};
