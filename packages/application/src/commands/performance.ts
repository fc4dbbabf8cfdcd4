import { type DecimalValue, zeroUsdt } from "@winiswin/domain/decimal";
import { barsHeldBy, performanceByStrategy } from "@winiswin/domain/statistics/performance";
import { tradeStatistics } from "@winiswin/domain/statistics/trade-statistics";
import type { Trade } from "@winiswin/domain/trade";
import * as z from "zod/mini";
import { defineCommand } from "./command.ts";
import { figureText, noFigure, signedFigureText, signedUsdtText, spanText } from "./figures.ts";
import { columns, type Table, text, type View } from "./view.ts";

const dayMs = 86_400_000;
const most = 1000;
const periods = [
  ["today (UTC)", undefined],
  ["7 days", 7],
  ["30 days", 30],
  ["all", Number.POSITIVE_INFINITY],
] as const;

export const performance = defineCommand({
  name: "performance",
  summary: "What was earned today, in 7 and 30 days and in all, the deepest fall, and each strategy's part",
  arguments: z.strictObject({}),
  danger: "read",
  isPrivate: true,
  async run({ trades, settings, clock }) {
    const nowMs = clock.nowMs();
    const closed = [...(await trades.latest(settings.bot, most))].sort((first, second) => first.closedAtMs - second.closedAtMs);
    const fall = deepestFall(closed);
    return {
      title: "Performance",
      tone: "neutral",
      blocks: [
        ...(closed.length === most ? [text(`Counted are the newest ${most} trades.`)] : []),
        periodsOf(closed, nowMs),
        text(
          fall === undefined
            ? "Closed results have never fallen below an earlier high."
            : `Deepest fall of the closed results: ${signedUsdtText(fall.depth.times("-1"))}, ${spanText(fall.toMs - fall.fromMs)} from its high to its low.`,
        ),
        strategiesOf(closed),
      ],
      footer: `bot ${settings.bot} · ${settings.mode} · net of fees`,
      atMs: nowMs,
    } satisfies View;
  },
});

const periodsOf = (closed: readonly Trade[], nowMs: number): Table => ({
  kind: "table",
  title: "By time of closing",
  columns: columns("period", "n>", "win>", "PF>", "R>", "net USDT>"),
  namingColumns: 1,
  rows: periods.map(([name, days]) => {
    const sinceMs = days === undefined ? Math.floor(nowMs / dayMs) * dayMs : nowMs - days * dayMs;
    const members = closed.filter((trade) => trade.closedAtMs >= sinceMs);
    const figures = tradeStatistics(members);
    const sumR = members.reduce((sum, trade) => sum + trade.rMultiple, 0);
    return [
      name,
      String(figures.count),
      figureText(figures.winRatePercent, 0, "%"),
      figureText(figures.profitFactor, 2),
      members.length === 0 ? noFigure : signedFigureText(sumR, 2),
      signedUsdtText(figures.netProfit).replace(" USDT", ""),
    ];
  }),
  whenEmpty: "",
});

const strategiesOf = (closed: readonly Trade[]): Table => ({
  kind: "table",
  title: "By strategy",
  columns: columns("strategy", "n>", "win>", "PF>", "R/trade>", "held>"),
  namingColumns: 1,
  rows: performanceByStrategy(
    closed.map((trade) => ({
      strategy: trade.strategy,
      regime: undefined,
      exitReason: trade.exitReason,
      resultR: trade.rMultiple,
      mfeR: undefined,
      maeR: undefined,
      barsHeld: barsHeldBy(trade),
    })),
  ).map(({ strategy, all }) => [
    strategy,
    String(all.count),
    figureText(all.winRatePercent, 0, "%"),
    figureText(all.profitFactor, 2),
    signedFigureText(all.expectancyR, 2),
    all.meanBarsHeld === undefined ? noFigure : spanText(all.meanBarsHeld * 900_000),
  ]),
  whenEmpty: "No trade is closed yet.",
});

/** Of the running sum of net results, in USDT; the trades in the order of their closing. */
function deepestFall(
  closed: readonly Trade[],
): { readonly depth: DecimalValue; readonly fromMs: number; readonly toMs: number } | undefined {
  let sum: DecimalValue = zeroUsdt;
  let high: { readonly value: DecimalValue; readonly atMs: number } = { value: zeroUsdt, atMs: closed[0]?.openedAtMs ?? 0 };
  let deepest: { readonly depth: DecimalValue; readonly fromMs: number; readonly toMs: number } | undefined;
  for (const trade of closed) {
    sum = sum.plus(trade.netProfit);
    if (sum.gt(high.value)) high = { value: sum, atMs: trade.closedAtMs };
    const depth = high.value.minus(sum);
    if (depth.gt(deepest?.depth ?? zeroUsdt)) deepest = { depth, fromMs: high.atMs, toMs: trade.closedAtMs };
  }
  return deepest;
}
