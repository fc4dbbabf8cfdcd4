import type { SymbolView } from "@winiswin/analysis";
import { atrParameter, minimumScoreParameter, targetParameter } from "../parameter.ts";
import type { Setup } from "../scored-strategy.ts";
import { targetAt } from "../structure-stop.ts";

/** Baselines know no structure: their stop is a plain distance and their target a multiple of it. */
export const baselineParameters = {
  minimumScore: minimumScoreParameter(),
  stopAtr: atrParameter(2, "Distance of the stop from the entry", 0.1),
  targetMultiple: targetParameter(),
} as const;

export function baselineSetup(
  view: SymbolView,
  sign: 1 | -1,
  given: { readonly stopAtr: number; readonly targetMultiple: number },
  reason: string,
): Setup {
  const entryPrice = view.candle.close;
  const stopPrice = entryPrice - sign * given.stopAtr * view.atr14;
  return { reason, stopPrice, targetPrice: targetAt(entryPrice, stopPrice, given.targetMultiple) };
}

/** RSI as seen by the direction: low is cheap for a long, high is cheap for a short. */
export const rsiSeen = (view: SymbolView, sign: 1 | -1): number => (sign === 1 ? view.rsi14 : 100 - view.rsi14);

/** By how much the MACD histogram moved in the direction. */
export const histogramMove = (view: SymbolView, sign: 1 | -1): number => (view.macd.histogram - view.macd.previousHistogram) * sign;

/** The MACD histogram changed to the direction's side at this close. */
export const histogramCrossed = (view: SymbolView, sign: 1 | -1): boolean =>
  view.macd.histogram * sign > 0 && view.macd.previousHistogram * sign <= 0;
