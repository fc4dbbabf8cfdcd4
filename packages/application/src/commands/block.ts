import { isInForce } from "@winiswin/domain/risk/symbol-block";
import * as z from "zod/mini";
import { audited } from "./audited.ts";
import { buttonsFor } from "./button-key.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { operatorName } from "./operator-name.ts";
import { symbolOption } from "./symbol-option.ts";
import { type Cell, columns, type Table, text, type View } from "./view.ts";

const hourMs = 3_600_000;
const longestHours = 24 * 365;

const strategyOption = z.optional(
  z
    .string()
    .check(
      z.trim(),
      z.regex(/^[a-z0-9-]{1,60}$/, { error: "is not the name of a strategy" }),
      z.describe("Only this strategy; every one unless given"),
    ),
);

export const block = defineCommand({
  name: "block",
  summary: "No entries on a symbol, for so many hours or until /unblock; what is open stays open",
  arguments: z.strictObject({
    symbol: symbolOption,
    hours: z.optional(
      z
        .number({ error: "must be a number" })
        .check(
          z.gt(0, { error: "must be more than 0" }),
          z.lte(longestHours, { error: `must be at most ${longestHours}` }),
          z.describe("For how many hours; until /unblock unless given"),
        ),
    ),
    strategy: strategyOption,
    reason: z.optional(z.string().check(z.trim(), z.maxLength(200, { error: "must be at most 200 characters long" }), z.describe("Why"))),
  }),
  danger: "act",
  async run(context, { symbol, hours, strategy, reason = "blocked by hand" }) {
    const { control, clock, operator } = context;
    const atMs = clock.nowMs();
    const untilMs = hours === undefined ? undefined : atMs + hours * hourMs;
    await control.blockSymbol({ symbol, strategy, reason, by: operatorName(operator), atMs, untilMs });
    const whom = strategy ?? "every strategy";
    const notes = await audited(context, { command: "block", effect: `${symbol} blocked for ${whom}: ${reason}` });
    return {
      title: `Blocked ${symbol}`,
      tone: "warning",
      blocks: [
        text(`No entries on ${symbol} by ${whom}. What is open there stays open and protected.`),
        ...notes,
        await blocksNow(context),
      ],
      buttons: buttonsFor([{ label: `Unblock ${symbol}`, meaning: { kind: "ask", command: "unblock", options: { symbol } } }]),
      footer: `bot ${context.settings.bot} · ${context.settings.mode}`,
      atMs,
    } satisfies View;
  },
});

export const unblock = defineCommand({
  name: "unblock",
  summary: "Lifts the block of a symbol",
  arguments: z.strictObject({ symbol: symbolOption, strategy: strategyOption }),
  danger: "act",
  async run(context, { symbol, strategy }) {
    const { control, clock, settings } = context;
    const wasBlocked = await control.unblockSymbol(symbol, strategy);
    const whom = strategy ?? "every strategy";
    const notes = wasBlocked ? await audited(context, { command: "unblock", effect: `${symbol} unblocked for ${whom}` }) : [];
    return {
      title: wasBlocked ? `Unblocked ${symbol}` : "Unblock",
      tone: wasBlocked ? "good" : "neutral",
      blocks: [
        text(wasBlocked ? `Entries on ${symbol} are possible again for ${whom}.` : `There is no block of ${symbol} for ${whom}.`),
        ...notes,
        await blocksNow(context),
      ],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs: clock.nowMs(),
    } satisfies View;
  },
});

/** The blocks that are in force, the newest first. */
export async function blocksNow({ control, clock }: CommandContext): Promise<Table> {
  const nowMs = clock.nowMs();
  const inForce = (await control.symbolBlocks())
    .filter((known) => isInForce(known, nowMs))
    .sort((first, second) => second.atMs - first.atMs);
  return {
    kind: "table",
    title: "Blocked",
    columns: columns("symbol", "strategy", "until", "by", "why"),
    namingColumns: 1,
    rows: inForce.map(({ symbol, strategy, untilMs, by, reason }): readonly Cell[] => [
      symbol,
      strategy ?? "every",
      untilMs === undefined ? "lifted" : { atMs: untilMs },
      by,
      reason,
    ]),
    whenEmpty: "No symbol is blocked.",
  };
}
