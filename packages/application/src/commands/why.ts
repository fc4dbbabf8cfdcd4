import { type CycleId, cycleTimeframe } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle } from "../ports/cycle-store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { storyBlocks, storyIn, symbolsMeantBy } from "./cycle-story.ts";
import { isCycleId } from "./signals.ts";
import { text, type View } from "./view.ts";

const cyclesLookedThrough = 8;
const latestWord = "latest";

export const why = defineCommand({
  name: "why",
  summary: "Why a signal of a symbol was or was not traded: its score, what changed it, its rank, the gates",
  arguments: z.strictObject({
    symbol: z.string().check(
      z.trim(),
      // Some perpetuals are named in Chinese characters, so letters of any script count.
      z.regex(/^[\p{L}\p{N}_]{1,40}$/u, { error: "is not a symbol (expected the form BTCUSDT)" }),
      z.describe("The symbol, like BTCUSDT; BTC means BTCUSDT"),
    ),
    cycle: z.optional(
      z.string().check(
        z.trim(),
        z.refine((typed) => typed === latestWord || isCycleId(typed), {
          error: "is neither latest nor a cycle (expected the form 2026-11-21T10:15:00Z)",
        }),
        z.describe("Close of the candle in UTC, like 2026-11-21T10:15:00Z; the latest with a signal unless given"),
      ),
    ),
  }),
  danger: "read",
  async run(context, given) {
    const nowMs = context.clock.nowMs();
    const symbols = symbolsMeantBy(given.symbol);
    const sources = { signals: context.signals, decisions: context.decisions, bot: context.settings.bot };
    const footer = `bot ${context.settings.bot} · ${context.settings.mode}`;
    const common = { tone: "neutral" as const, footer, atMs: nowMs };
    if (given.cycle !== undefined && given.cycle !== latestWord) {
      const cycle = await context.cycles.find(given.cycle as CycleId);
      const story = cycle === undefined ? undefined : await storyIn(cycle, symbols, sources);
      return {
        ...common,
        title: `Why ${story?.symbol ?? symbols[0]} in ${given.cycle}`,
        blocks:
          cycle === undefined
            ? [text(`No cycle ${given.cycle} is stored.`)]
            : story === undefined
              ? [text(`No strategy gave a signal for ${symbols[0]} in this cycle.`)]
              : storyBlocks(story, cycle),
      } satisfies View;
    }
    const analyzed = (await context.cycles.latest(cyclesLookedThrough, nowMs + durationMs(cycleTimeframe) + 1)).filter(
      (cycle) => cycle.analyzedAtMs !== undefined,
    );
    const [latest] = analyzed;
    if (latest === undefined) {
      return {
        ...common,
        title: `Why ${symbols[0]}`,
        blocks: [text("No cycle has been analysed yet, so nothing is known about it.")],
      } satisfies View;
    }
    for (const cycle of given.cycle === latestWord ? [latest] : analyzed) {
      const story = await storyIn(cycle, symbols, sources);
      if (story === undefined) continue;
      const note =
        cycle === latest ? [] : [text(`The latest cycle ${latest.cycleId} has no signal for ${story.symbol}; this is the one before it.`)];
      return { ...common, title: `Why ${story.symbol}`, blocks: [...note, ...storyBlocks(story, cycle)] } satisfies View;
    }
    const notListed = await notListedSentence(symbols, context);
    if (notListed !== undefined) return { ...common, title: `Why ${symbols[0]}`, blocks: [text(notListed)] } satisfies View;
    return {
      ...common,
      title: `Why ${symbols[0]}`,
      blocks: [text(silenceSentence(symbols[0] ?? "", latest, given.cycle === latestWord ? 1 : analyzed.length))],
    } satisfies View;
  },
});

/** Undefined when the exchange lists one of them, or when nobody can tell. */
async function notListedSentence(symbols: readonly string[], { instruments, logger }: CommandContext): Promise<string | undefined> {
  try {
    const listed = await instruments.load();
    if (listed.length === 0 || listed.some(({ symbol }) => symbols.includes(symbol))) return undefined;
    return `${symbols[0]} is none of the ${listed.length} contracts that the exchange lists, so it is never analysed.`;
  } catch (error) {
    logger.warn("instruments unknown", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function silenceSentence(symbol: string, latest: Cycle, cycles: number): string {
  const total = (figure: "warming" | "failed") => latest.shards.reduce((sum, shard) => sum + shard[figure], 0);
  return (
    `No signal and no decision is stored for ${symbol} in the last ${cycles} analysed ${cycles === 1 ? "cycle" : "cycles"} ` +
    `(latest ${latest.cycleId}): no strategy spoke for it, or it is not analysed. ` +
    `In the latest cycle ${total("warming")} symbols were warming and ${total("failed")} failed; which ones is not stored.`
  );
}
