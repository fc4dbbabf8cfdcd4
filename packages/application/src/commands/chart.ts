import { toNumber } from "@winiswin/domain/decimal";
import type { Position } from "@winiswin/domain/position";
import type { Timeframe } from "@winiswin/domain/timeframe";
import type { Trade } from "@winiswin/domain/trade";
import * as z from "zod/mini";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { PriceLevel, PriceMark } from "../ports/picture.ts";
import { defineCommand } from "./command.ts";
import { noFigure, priceText, signedFigureText } from "./figures.ts";
import { symbolOption } from "./symbol-option.ts";
import { keyValues, text, type View } from "./view.ts";

const candlesShown = 96;
const tradesLookedThrough = 200;
const marksShown = 12;

export const chart = defineCommand({
  name: "chart",
  summary: "A picture of the candles of a symbol with our entries, exits, stop and target",
  arguments: z.strictObject({
    symbol: symbolOption,
    timeframe: z.optional(
      z.enum(["15m", "1h", "4h", "1d"], { error: "is none of 15m, 1h, 4h, 1d" }).check(z.describe("Of one candle; 15m unless given")),
    ),
  }),
  danger: "read",
  isPrivate: true,
  async run({ marketData, positions, trades, settings, clock }, { symbol, timeframe = "15m" }) {
    const atMs = clock.nowMs();
    const common = { title: `${symbol} ${timeframe}`, footer: `bot ${settings.bot} · ${settings.mode}`, atMs };
    const [candles, open, closed] = await Promise.all([
      candlesOf(marketData.closedCandles(symbol, timeframe satisfies Timeframe, candlesShown, atMs)),
      positions.open(settings.bot),
      trades.latest(settings.bot, tradesLookedThrough),
    ]);
    if (typeof candles === "string" || candles.length === 0) {
      const sentence = typeof candles === "string" ? candles : `The exchange has no closed candle of ${symbol}.`;
      return { ...common, tone: "bad", blocks: [text(sentence)] } satisfies View;
    }
    const held = open.find((position) => position.intent.symbol === symbol);
    const [first, last] = [candles[0], candles.at(-1)];
    const fromMs = first?.openTimeMs ?? 0;
    const own = closed.filter((trade) => trade.symbol === symbol && trade.closedAtMs >= fromMs);
    const levels = levelsOf(held);
    return {
      ...common,
      tone: "neutral",
      blocks: [
        keyValues([
          ["last close", last === undefined ? noFigure : priceText(last.close)],
          ["change", first === undefined || last === undefined ? noFigure : signedFigureText(100 * (last.close / first.open - 1), 2, " %")],
          ["high", priceText(Math.max(...candles.map(({ high }) => high)))],
          ["low", priceText(Math.min(...candles.map(({ low }) => low)))],
          ["candles", String(candles.length)],
          ["position", held === undefined ? "none of ours" : `${held.intent.direction}, ${held.state}`],
          ...levels.map(({ kind, price }) => [kind, priceText(price)] as const),
          ["our trades in view", String(own.length)],
        ]),
      ],
      picture: {
        kind: "candles",
        title: `${symbol} ${timeframe} · ${settings.mode}`,
        candles,
        levels,
        marks: [...marksOfPosition(held), ...own.flatMap(marksOfTrade)].filter(({ atMs: at }) => at >= fromMs).slice(0, 2 * marksShown),
      },
    } satisfies View;
  },
});

async function candlesOf<Candles>(asking: Promise<Candles>): Promise<Candles | string> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ExchangeError) return `The exchange gave no candles: ${error.message.replace(/\s+/g, " ").slice(0, 200)}`;
    throw error;
  }
}

function levelsOf(held: Position | undefined): readonly PriceLevel[] {
  if (held === undefined) return [];
  const entering = held.state === "entering";
  return [
    { kind: "entry", price: toNumber(entering ? held.intent.entryPrice : held.entryPrice) },
    { kind: "stop", price: toNumber(entering ? held.intent.stopPrice : held.stopPrice) },
    { kind: "target", price: toNumber(entering ? held.intent.targetPrice : held.targetPrice) },
  ];
}

const marksOfPosition = (held: Position | undefined): readonly PriceMark[] =>
  held === undefined || held.state === "entering"
    ? []
    : [{ kind: "entry", atMs: held.filledAtMs, price: toNumber(held.entryPrice), label: held.intent.direction }];

const marksOfTrade = (trade: Trade): readonly PriceMark[] => [
  { kind: "entry", atMs: trade.openedAtMs, price: toNumber(trade.entryPrice), label: trade.direction },
  { kind: "exit", atMs: trade.closedAtMs, price: toNumber(trade.exitPrice), label: `${signedFigureText(trade.rMultiple, 1)} R` },
];
