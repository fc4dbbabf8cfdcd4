import { toNumber } from "@winiswin/domain/decimal";
import type { Trade } from "@winiswin/domain/trade";
import * as z from "zod/mini";
import { defineCommand } from "./command.ts";
import { priceText, signedFigureText, signedUsdtText, spanText } from "./figures.ts";
import { symbolOption } from "./symbol-option.ts";
import { columns, type View } from "./view.ts";

const usual = 10;
const most = 100;
/** A symbol is looked for among so many of the newest. */
const lookedThrough = 1000;

export const trades = defineCommand({
  name: "trades",
  summary: "The newest closed trades, each with its result in R and USDT and why it ended",
  arguments: z.strictObject({
    symbol: z.optional(symbolOption),
    count: z.optional(
      z
        .int({ error: "must be a whole number" })
        .check(
          z.gte(1, { error: "must be at least 1" }),
          z.lte(most, { error: `must be at most ${most}` }),
          z.describe(`How many; ${usual} unless given`),
        ),
    ),
  }),
  danger: "read",
  isPrivate: true,
  async run({ trades: store, settings, clock }, { symbol, count = usual }) {
    const latest = await store.latest(settings.bot, symbol === undefined ? count : lookedThrough);
    const shown = latest.filter((trade) => symbol === undefined || trade.symbol === symbol).slice(0, count);
    return {
      title: symbol === undefined ? "Trades" : `Trades of ${symbol}`,
      tone: "neutral",
      blocks: [
        {
          kind: "table",
          title: `The newest ${shown.length}`,
          columns: columns("symbol", "direction", "R>", "net>", "by", "entry>", "exit>", "held>", "closed"),
          namingColumns: 2,
          rows: shown.map(rowOf),
          whenEmpty: symbol === undefined ? "No trade is closed yet." : `No trade of ${symbol} is closed yet.`,
        },
      ],
      footer: `bot ${settings.bot} · ${settings.mode} · net of fees`,
      atMs: clock.nowMs(),
    } satisfies View;
  },
});

const rowOf = (trade: Trade) => [
  trade.symbol,
  trade.direction,
  signedFigureText(trade.rMultiple, 2),
  signedUsdtText(trade.netProfit),
  trade.exitReason,
  priceText(toNumber(trade.entryPrice)),
  priceText(toNumber(trade.exitPrice)),
  spanText(trade.closedAtMs - trade.openedAtMs),
  { atMs: trade.closedAtMs },
];
