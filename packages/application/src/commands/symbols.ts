import { isTradable } from "@winiswin/domain/instrument";
import * as z from "zod/mini";
import { blocksNow } from "./block.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { noFigure } from "./figures.ts";
import { columns, keyValues, text, type View } from "./view.ts";

const cyclesLookedThrough = 8;

export const symbols = defineCommand({
  name: "symbols",
  summary: "What is analysed, and what is kept out of it: frozen and blocked symbols",
  arguments: z.strictObject({
    search: z.optional(
      z
        .string()
        .check(
          z.trim(),
          z.regex(/^[\p{L}\p{N}_]{1,40}$/u, { error: "is not a part of a symbol" }),
          z.describe("A part of the name, like PEPE"),
        ),
    ),
  }),
  danger: "read",
  async run(context, { search }) {
    const { clock, control, cycles, settings } = context;
    const nowMs = clock.nowMs();
    const [names, frozen, blocked, latest] = await Promise.all([
      tradableNames(context),
      control.frozenSymbols(),
      blocksNow(context),
      cycles.latest(cyclesLookedThrough, nowMs + 900_001),
    ]);
    const analyzed = latest.find((known) => known.analyzedAtMs !== undefined);
    const found = search === undefined ? [] : (names ?? []).filter((name) => name.includes(search.toUpperCase()));
    return {
      title: "Symbols",
      tone: "neutral",
      blocks: [
        ...(names === undefined ? [text("The list of symbols is not stored yet: it comes with the first dispatched cycle.")] : []),
        keyValues([
          ["tradable on the exchange", names === undefined ? noFigure : String(names.length)],
          ["in the last cycle", analyzed === undefined ? noFigure : String(analyzed.symbols)],
          ["frozen", String(frozen.size)],
        ]),
        ...(search === undefined
          ? []
          : [text(found.length === 0 ? `No symbol has ${search.toUpperCase()} in its name.` : namesText(found))]),
        {
          kind: "table",
          title: "Frozen: an order there has an unknown outcome",
          columns: columns("symbol", "why"),
          namingColumns: 1,
          rows: [...frozen].sort(([first], [second]) => (first < second ? -1 : 1)),
          whenEmpty: "No symbol is frozen.",
        },
        blocked,
      ],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs: nowMs,
    } satisfies View;
  },
});

async function tradableNames({ instruments, logger }: CommandContext): Promise<readonly string[] | undefined> {
  try {
    return (await instruments.load())
      .filter(isTradable)
      .map(({ symbol }) => symbol)
      .sort();
  } catch (error) {
    logger.warn("instruments not read", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

const namesText = (found: readonly string[]): string =>
  found.length <= 40 ? found.join(" ") : `${found.slice(0, 40).join(" ")} and ${found.length - 40} more`;
