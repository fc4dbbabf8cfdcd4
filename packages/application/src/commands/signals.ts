import { type CycleId, closeTimeOfCycle, cycleTimeframe } from "@winiswin/domain/cycle";
import { bySignalRank, type Signal } from "@winiswin/domain/signal";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { figureText, priceText } from "./figures.ts";
import { columns, type Tone, text, type View } from "./view.ts";

/** One day: older than that, "the latest signals" would be a surprise and not an answer. */
const cyclesLookedThrough = 96;

export const signals = defineCommand({
  name: "signals",
  summary: "The signals of the latest cycle that has some, each with its decision and reason",
  arguments: z.strictObject({
    cycle: z.optional(
      z
        .string()
        .check(
          z.refine(isCycleId, { error: "is not a cycle (expected the form 2026-11-21T10:15:00Z)" }),
          z.describe("Close of the candle in UTC, like 2026-11-21T10:15:00Z; the latest with signals unless given"),
        ),
    ),
  }),
  danger: "read",
  async run(context, given) {
    const nowMs = context.clock.nowMs();
    const common = { tone: "neutral" as Tone, footer: `bot ${context.settings.bot} · ${context.settings.mode}`, atMs: nowMs };
    const cycle = given.cycle === undefined ? await latestWithSignals(context, nowMs) : await context.cycles.find(given.cycle as CycleId);
    if (cycle === undefined) {
      const reason =
        given.cycle === undefined ? `None of the last ${cyclesLookedThrough} cycles has a signal.` : `No cycle ${given.cycle} is stored.`;
      return { ...common, title: "Signals", blocks: [text(reason)] } satisfies View;
    }
    const found = [...(await context.signals.ofCycle(cycle.cycleId))].sort(bySignalRank);
    const stored = [...cycle.decisions, ...(await context.decisions.ofCycle(context.settings.bot, cycle.cycleId))];
    const decisions = new Map(stored.map((decision) => [decision.signalId, decision]));
    return {
      ...common,
      title: `Signals of ${cycle.cycleId}`,
      blocks: [
        {
          kind: "table",
          title: `${found.length} ${found.length === 1 ? "signal" : "signals"}`,
          columns: columns("#>", "symbol", "direction", "score>", "confidence>", "entry>", "stop>", "target>", "decision"),
          namingColumns: 3,
          rows: found.map((signal, index) => rowOf(signal, decisions.get(signal.signalId), index + 1, cycle)),
          whenEmpty: "This cycle has no signals.",
        },
      ],
    } satisfies View;
  },
});

export function isCycleId(candidate: string): boolean {
  try {
    return closeTimeOfCycle(candidate) > 0;
  } catch {
    return false;
  }
}

async function latestWithSignals({ cycles }: CommandContext, nowMs: number): Promise<Cycle | undefined> {
  const latest = await cycles.latest(cyclesLookedThrough, nowMs + durationMs(cycleTimeframe) + 1);
  return latest.find((cycle) => (cycle.signals ?? 0) > 0);
}

const rowOf = (signal: Signal, decision: Decision | undefined, place: number, cycle: Cycle): readonly string[] => [
  String(decision?.rank ?? place),
  signal.symbol,
  signal.direction,
  (decision ?? signal).score.toFixed(2),
  figureText(signal.confidence * 100, 0, " %"),
  priceText(signal.entryPrice),
  priceText(signal.stopPrice),
  priceText(signal.targetPrice),
  decisionText(decision, cycle),
];

const decisionWords: Record<Decision["decision"], string> = {
  entered: "entered",
  refused: "refused",
  notRanked: "not chosen",
  failed: "failed",
};

/** "refused: SPREAD_TOO_WIDE spread 0.31 % is above 0.20 %"; honest when nothing is stored. */
export function decisionText(decision: Decision | undefined, cycle: Pick<Cycle, "executedAtMs">): string {
  if (decision === undefined) return cycle.executedAtMs === undefined ? "not decided yet" : "no decision is stored";
  const reasons = decision.reasons.map(({ code, reason }) => `${code} ${reason}`).join("; ");
  return reasons === "" ? decisionWords[decision.decision] : `${decisionWords[decision.decision]}: ${reasons}`;
}
