import { zeroUsdt } from "@winiswin/domain/decimal";
import { tradeStatistics } from "@winiswin/domain/statistics/trade-statistics";
import { type VirtualStatistics, virtualStatistics } from "@winiswin/domain/statistics/virtual-result";
import type { Trade } from "@winiswin/domain/trade";
import * as z from "zod/mini";
import { defineCommand } from "./command.ts";
import { figureText, signedFigureText, signedUsdtText, usdtText } from "./figures.ts";
import { columns, keyValues, type Table, text } from "./view.ts";

const mostTrades = 1000;
const virtualDays = 30;

export const stats = defineCommand({
  name: "stats",
  summary: "Statistics of closed trades: win rate, expectancy, fees, funding; virtual positions apart",
  arguments: z.strictObject({
    trades: z.optional(
      z
        .int({ error: "must be a whole number" })
        .check(
          z.gte(1, { error: "must be at least 1" }),
          z.lte(mostTrades, { error: `must be at most ${mostTrades}` }),
          z.describe(`How many of the newest trades to count; ${mostTrades} unless given`),
        ),
    ),
  }),
  danger: "read",
  isPrivate: true,
  async run({ trades, features, clock, settings }, given) {
    const limit = given.trades ?? mostTrades;
    const virtual = virtualStatistics(await features.resultsSince(clock.nowMs() - virtualDays * 86_400_000));
    const counted = await trades.latest(settings.bot, limit);
    const figures = tradeStatistics(counted);
    const oldest = counted.at(-1);
    return {
      title: "Statistics",
      tone: figures.netProfit.gt(zeroUsdt) ? "good" : figures.netProfit.lt(zeroUsdt) ? "bad" : "neutral",
      blocks: [
        ...(oldest === undefined ? [text("No trade is closed yet; a figure without meaning is shown as —.")] : []),
        keyValues([
          ["trades", counted.length === limit ? `${figures.count} (the newest)` : String(figures.count)],
          ["won / lost / even", `${figures.winners} / ${figures.losers} / ${figures.breakeven}`],
          ["win rate", figureText(figures.winRatePercent, 1, " %")],
          ["profit factor", figureText(figures.profitFactor, 2)],
          ["expectancy", signedFigureText(figures.expectancyR, 2, " R")],
          ["net result", signedUsdtText(figures.netProfit)],
          ["fees", usdtText(figures.fees)],
          ["funding", signedUsdtText(figures.funding)],
          ...(oldest === undefined ? [] : [["oldest opened", { atMs: oldest.openedAtMs }] as const]),
        ]),
        ...(oldest === undefined ? [] : [groupedBy("By exit", "exit", counted, (trade) => trade.exitReason)]),
        ...(oldest === undefined ? [] : [groupedBy("By strategy", "strategy", counted, (trade) => trade.strategy)]),
        ...(oldest === undefined ? [] : [groupedBy("By symbol", "symbol", counted, (trade) => trade.symbol)]),
        ...(virtual.length === 0 ? [] : [virtualTable(virtual)]),
      ],
      footer: `bot ${settings.bot} · ${settings.mode} · net of fees`,
      atMs: clock.nowMs(),
    };
  },
});

/** Apart from the trades above: what every signal was worth, executed or not. */
const virtualTable = (strategies: readonly VirtualStatistics[]): Table => ({
  kind: "table",
  title: `Virtual positions of all signals, ${virtualDays} days: no money was at risk`,
  columns: columns("strategy", "n>", "win>", "PF>", "R each>"),
  namingColumns: 1,
  rows: strategies.map(({ strategy, count, winRatePercent, profitFactor, expectancyR }) => [
    strategy,
    String(count),
    figureText(winRatePercent, 0, "%"),
    figureText(profitFactor, 2),
    signedFigureText(expectancyR, 2),
  ]),
  whenEmpty: "",
});

function groupedBy(title: string, heading: string, trades: readonly Trade[], nameOf: (trade: Trade) => string): Table {
  const groups = [...Map.groupBy(trades, nameOf)].map(([name, members]) => ({ name, figures: tradeStatistics(members) }));
  groups.sort((first, second) => second.figures.count - first.figures.count || (first.name < second.name ? -1 : 1));
  return {
    kind: "table",
    title,
    columns: columns(heading, "n>", "win>", "R/trade>", "net USDT>"),
    namingColumns: 1,
    rows: groups.map(({ name, figures }) => [
      name,
      String(figures.count),
      figureText(figures.winRatePercent, 0, "%"),
      signedFigureText(figures.expectancyR, 2),
      signedUsdtText(figures.netProfit).replace(" USDT", ""),
    ]),
    whenEmpty: "No trade is closed yet.",
  };
}
