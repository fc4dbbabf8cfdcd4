import * as z from "zod/mini";
import type { CommandContext } from "./command.ts";
import { defineCommand } from "./command.ts";
import { columns, keyValues, text, type View } from "./view.ts";

const mostSymbols = 2000;
/** When no cycle has been analysed yet. */
const usualSymbols = 650;
const cyclesLookedThrough = 8;

export const cost = defineCommand({
  name: "cost",
  summary: "What a month on AWS costs at list prices, service by service, for the symbols that are analysed",
  arguments: z.strictObject({
    symbols: z.optional(
      z
        .int({ error: "must be a whole number" })
        .check(
          z.gte(1, { error: "must be at least 1" }),
          z.lte(mostSymbols, { error: `must be at most ${mostSymbols}` }),
          z.describe("How many symbols; as many as the last cycle had unless given"),
        ),
    ),
  }),
  danger: "read",
  async run(context, given) {
    const { clock, settings, bill } = context;
    const { symbols, usd, usdAfterFree, services, basis } = await bill.month(given.symbols ?? (await symbolsNow(context)));
    return {
      title: `A month of ${symbols} symbols`,
      tone: "neutral",
      blocks: [
        keyValues([
          ["at list prices", `${usd.toFixed(2)} USD`],
          ["after what an account has free", `${usdAfterFree.toFixed(2)} USD`],
        ]),
        {
          kind: "table",
          title: "By service",
          columns: columns("service", "USD>", "after free>"),
          namingColumns: 1,
          rows: services.map((line) => [line.service, line.usd.toFixed(2), line.usdAfterFree.toFixed(2)]),
          whenEmpty: "Nothing is billed.",
        },
        text(`${basis} A forecast from measurements, not the invoice; exchange fees are in /stats.`),
      ],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs: clock.nowMs(),
    } satisfies View;
  },
});

async function symbolsNow({ cycles, clock }: CommandContext): Promise<number> {
  const latest = await cycles.latest(cyclesLookedThrough, clock.nowMs() + 900_001);
  return latest.find((known) => known.analyzedAtMs !== undefined)?.symbols ?? usualSymbols;
}
