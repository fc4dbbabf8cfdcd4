import { cycleTimeframe } from "@winiswin/domain/cycle";
import type { Signal } from "@winiswin/domain/signal";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { figureText, priceText } from "./figures.ts";
import { decisionText } from "./signals.ts";
import { type Block, columns, keyValues, type Table, text, type View } from "./view.ts";

const cyclesLookedThrough = 8;

export const why = defineCommand({
  name: "why",
  summary: "Why the latest signal of a symbol was or was not traded",
  arguments: z.strictObject({
    symbol: z.string().check(
      z.trim(),
      // Some perpetuals are named in Chinese characters, so letters of any script count.
      z.regex(/^[\p{L}\p{N}_]{1,40}$/u, { error: "is not a symbol (expected the form BTCUSDT)" }),
      z.describe("The symbol, like BTCUSDT; BTC means BTCUSDT"),
    ),
  }),
  danger: "read",
  async run(context, given) {
    const nowMs = context.clock.nowMs();
    const symbols = symbolsMeantBy(given.symbol.toUpperCase());
    const analyzed = (await context.cycles.latest(cyclesLookedThrough, nowMs + durationMs(cycleTimeframe) + 1)).filter(
      (cycle) => cycle.analyzedAtMs !== undefined,
    );
    const common = { tone: "neutral" as const, footer: `bot ${context.settings.bot} · ${context.settings.mode}`, atMs: nowMs };
    const [latest] = analyzed;
    if (latest === undefined) {
      return {
        ...common,
        title: `Why ${symbols[0]}`,
        blocks: [text("No cycle has been analysed yet, so nothing is known about it.")],
      } satisfies View;
    }
    for (const cycle of analyzed) {
      const story = await storyIn(cycle, symbols, context);
      if (story === undefined) continue;
      const note =
        cycle === latest ? [] : [text(`The latest cycle ${latest.cycleId} has no signal for ${story.symbol}; this is the one before it.`)];
      return { ...common, title: `Why ${story.symbol}`, blocks: [...note, ...story.blocks] } satisfies View;
    }
    return {
      ...common,
      title: `Why ${symbols[0]}`,
      blocks: [text(silenceSentence(symbols[0] ?? "", latest, analyzed.length))],
    } satisfies View;
  },
});

const symbolsMeantBy = (typed: string): readonly string[] => (typed.endsWith("USDT") ? [typed] : [`${typed}USDT`, typed]);

function silenceSentence(symbol: string, latest: Cycle, cycles: number): string {
  const total = (figure: "warming" | "failed") => latest.shards.reduce((sum, shard) => sum + shard[figure], 0);
  return (
    `No signal and no decision is stored for ${symbol} in the last ${cycles} analysed ${cycles === 1 ? "cycle" : "cycles"} ` +
    `(latest ${latest.cycleId}): no strategy spoke for it, or it is not analysed. ` +
    `In the latest cycle ${total("warming")} symbols were warming and ${total("failed")} failed; which ones is not stored.`
  );
}

async function storyIn(
  cycle: Cycle,
  symbols: readonly string[],
  context: CommandContext,
): Promise<{ symbol: string; blocks: readonly Block[] } | undefined> {
  const decisions = cycle.decisions.filter((decision) => symbols.includes(decision.symbol));
  if (decisions.length === 0 && (cycle.signals ?? 0) === 0) return undefined;
  const found = (await context.signals.ofCycle(cycle.cycleId)).filter((signal) => symbols.includes(signal.symbol));
  const symbol = found[0]?.symbol ?? decisions[0]?.symbol;
  if (symbol === undefined) return undefined;
  const decisionOf = new Map(decisions.map((decision) => [decision.signalId, decision]));
  const withoutSignal = decisions.filter((decision) => !found.some((signal) => signal.signalId === decision.signalId));
  return {
    symbol,
    blocks: [
      ...found.flatMap((signal) => blocksOf(signal, decisionOf.get(signal.signalId), cycle)),
      ...withoutSignal.map((decision) =>
        text(`${decision.signalId}: ${decisionText(decision, cycle)} (its signal is not stored any more)`),
      ),
    ],
  };
}

function blocksOf(signal: Signal, decision: Decision | undefined, cycle: Cycle): readonly Block[] {
  return [
    text(`${signal.strategy} ${signal.direction}: ${decisionText(decision, cycle)}`),
    keyValues([
      ["cycle", signal.cycleId],
      ["rank", decision === undefined ? "—" : String(decision.rank)],
      ["score", signal.score.toFixed(2)],
      ["confidence", figureText(signal.confidence * 100, 0, " %")],
      ["entry", priceText(signal.entryPrice)],
      ["stop", priceText(signal.stopPrice)],
      ["target", priceText(signal.targetPrice)],
    ]),
    componentsOf(signal),
  ];
}

const componentsOf = (signal: Signal): Table => ({
  kind: "table",
  title: "What the score is made of",
  columns: columns("part", "value>", "weight>", "because"),
  namingColumns: 1,
  rows: signal.components.map(({ name, value, weight, reason }) => [name, value.toFixed(2), weight.toFixed(2), reason]),
  whenEmpty: "The parts of its score are not stored.",
});
