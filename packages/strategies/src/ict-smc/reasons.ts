import type { SymbolView } from "@winiswin/analysis";
import type { Direction } from "@winiswin/domain/direction";
import type { Trigger, weights } from "./confidence.ts";

/** A price with the digits that matter at its size. */
export const priceText = (price: number): string => String(Number(price.toPrecision(7)));

/** What made this candle an entry, in one sentence. */
export function describeTrigger(trigger: Trigger, direction: Direction): string {
  const bottom = priceText(trigger.bottom);
  const top = priceText(trigger.top);
  switch (trigger.kind) {
    case "sweep":
      return `${direction}: swept ${direction === "long" ? "the low" : "the high"} ${direction === "long" ? top : bottom} and closed back`;
    case "retest":
      return `${direction}: retest of the broken level ${top}`;
    default:
      return `${direction}: return into the ${trigger.kind} ${bottom} to ${top}`;
  }
}

/** What the stop leans on. */
export function describeStop(
  { heldBy, edge }: { readonly heldBy: "zone" | "structure" | "distance"; readonly edge: number },
  direction: Direction,
): string {
  const zone = direction === "long" ? "support" : "resistance";
  if (heldBy === "zone") return `stop behind the ${zone} zone that ends at ${priceText(edge)}`;
  return heldBy === "structure"
    ? `stop behind ${priceText(edge)}, no zone within reach`
    : "stop by ATR, neither zone nor structure within reach";
}

/** What each component saw, in words, whatever its value. */
export function componentReasons(view: SymbolView, sign: 1 | -1): Record<keyof typeof weights, string> {
  const { oneHour: hour, structure, macd } = view;
  const range = structure.range.position;
  const last = structure.lastBreak;
  return {
    trend1h: `1h: close ${side(hour.close, hour.ema50)} EMA50, EMA20 ${side(hour.ema20, hour.ema50)} EMA50, structure ${trendWord(hour.structureTrend)}`,
    structure:
      last === undefined
        ? "15m: no break of structure yet"
        : `15m: structure ${trendWord(structure.trend)}, last ${last.kind === "bos" ? "BOS" : "CHoCH"} ${view.bar - last.bar} candles ago at ${priceText(last.level)}`,
    position: Number.isNaN(range)
      ? "no range yet"
      : `at ${Math.round(range * 100)} % of the range (${range === 0.5 ? "the middle" : range < 0.5 ? "discount" : "premium"})`,
    momentum: `MACD histogram ${macd.histogram >= 0 ? "positive" : "negative"} and ${macd.histogram > macd.previousHistogram ? "rising" : "not rising"}, RSI ${view.rsi14.toFixed(1)}, EMA9 ${side(view.ema9, view.ema21)} EMA21, read for a ${sign === 1 ? "long" : "short"}`,
    volatility: `ATR ${view.atrPercent.toFixed(2)} % of price, rank ${Math.round(view.atrPercentile)} of 100`,
  };
}

const side = (value: number, reference: number): string => (value > reference ? "above" : value < reference ? "below" : "at");

const trendWord = (trend: -1 | 0 | 1): string => (trend === 1 ? "up" : trend === -1 ? "down" : "undecided");
