import { cycleTimeframe } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle } from "../ports/cycle-store.ts";
import { defineCommand } from "./command.ts";
import { storyBlocks, storyIn, symbolsMeantBy } from "./cycle-story.ts";
import { text, type View } from "./view.ts";

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
    const symbols = symbolsMeantBy(given.symbol);
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
      const story = await storyIn(cycle, symbols, context.signals);
      if (story === undefined) continue;
      const note =
        cycle === latest ? [] : [text(`The latest cycle ${latest.cycleId} has no signal for ${story.symbol}; this is the one before it.`)];
      return { ...common, title: `Why ${story.symbol}`, blocks: [...note, ...storyBlocks(story, cycle)] } satisfies View;
    }
    return {
      ...common,
      title: `Why ${symbols[0]}`,
      blocks: [text(silenceSentence(symbols[0] ?? "", latest, analyzed.length))],
    } satisfies View;
  },
});

function silenceSentence(symbol: string, latest: Cycle, cycles: number): string {
  const total = (figure: "warming" | "failed") => latest.shards.reduce((sum, shard) => sum + shard[figure], 0);
  return (
    `No signal and no decision is stored for ${symbol} in the last ${cycles} analysed ${cycles === 1 ? "cycle" : "cycles"} ` +
    `(latest ${latest.cycleId}): no strategy spoke for it, or it is not analysed. ` +
    `In the latest cycle ${total("warming")} symbols were warming and ${total("failed")} failed; which ones is not stored.`
  );
}
