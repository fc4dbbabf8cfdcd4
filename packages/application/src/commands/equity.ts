import { cycleTimeframe } from "@winiswin/domain/cycle";
import { durationMs } from "@winiswin/domain/timeframe";
import * as z from "zod/mini";
import type { Cycle } from "../ports/cycle-store.ts";
import type { EquityPoint } from "../ports/picture.ts";
import { defineCommand } from "./command.ts";
import { noFigure, signedFigureText, spanText } from "./figures.ts";
import { keyValues, text, type View } from "./view.ts";

const cyclesADay = 96;
const usualDays = 7;
const mostDays = 14;

export const equity = defineCommand({
  name: "equity",
  summary: "A picture of the equity over days and of how far it is under its high",
  arguments: z.strictObject({
    days: z.optional(
      z
        .int({ error: "must be a whole number" })
        .check(
          z.gte(1, { error: "must be at least 1" }),
          z.lte(mostDays, { error: `must be at most ${mostDays}` }),
          z.describe(`How many days; ${usualDays} unless given`),
        ),
    ),
  }),
  danger: "read",
  isPrivate: true,
  async run({ cycles, settings, clock }, { days = usualDays }) {
    const atMs = clock.nowMs();
    const points = pointsOf(await cycles.latest(days * cyclesADay, atMs + durationMs(cycleTimeframe) + 1));
    const common = { title: `Equity, ${days} ${days === 1 ? "day" : "days"}`, footer: `bot ${settings.bot} · ${settings.mode}`, atMs };
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined)
      return { ...common, tone: "neutral", blocks: [text("No cycle with a known equity is stored yet.")] } satisfies View;
    const fall = fallOf(points);
    return {
      ...common,
      tone: "neutral",
      blocks: [
        keyValues([
          ["equity", `${last.equity.toFixed(2)} USDT`],
          [
            "change",
            `${signedFigureText(last.equity - first.equity, 2)} USDT (${signedFigureText(100 * (last.equity / first.equity - 1), 2, " %")})`,
          ],
          ["deepest fall", fall.deepestPercent === 0 ? "none" : signedFigureText(-fall.deepestPercent, 2, " %")],
          ["under its high now", fall.nowPercent === 0 ? "no" : `${fall.nowPercent.toFixed(2)} %, for ${spanText(fall.underWaterMs)}`],
          ["from", { atMs: first.atMs }],
          ["cycles", String(points.length)],
        ]),
        text(
          points.length < 2
            ? `One cycle is no curve yet: ${noFigure}`
            : "Open profit and loss are part of it; deposits and withdrawals are not told apart.",
        ),
      ],
      ...(points.length < 2 ? {} : { picture: { kind: "equity", title: `Equity in USDT · ${settings.mode}`, points } }),
    } satisfies View;
  },
});

/** Ascending; cycles without a known equity are left out. */
const pointsOf = (newestFirst: readonly Cycle[]): readonly EquityPoint[] =>
  newestFirst
    .flatMap(({ equity: known, closeTimeMs }) => (known === undefined ? [] : [{ atMs: closeTimeMs, equity: Number(known) }]))
    .reverse();

function fallOf(points: readonly EquityPoint[]): {
  readonly deepestPercent: number;
  readonly nowPercent: number;
  readonly underWaterMs: number;
} {
  let high = { atMs: 0, equity: Number.NEGATIVE_INFINITY };
  let deepestPercent = 0;
  let nowPercent = 0;
  for (const point of points) {
    if (point.equity >= high.equity) high = point;
    nowPercent = 100 * (1 - point.equity / high.equity);
    deepestPercent = Math.max(deepestPercent, nowPercent);
  }
  return { deepestPercent, nowPercent, underWaterMs: (points.at(-1)?.atMs ?? 0) - high.atMs };
}
