import type { SymbolView } from "@winiswin/analysis";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { numberText } from "./grade.ts";
import { protectiveStop } from "./protective-stop.ts";
import type { UnmetCondition } from "./unmet-condition.ts";

/** The stop behind an edge, at least the nearest distance away; refused when that is wider than accepted. */
export function structureStop(
  view: SymbolView,
  sign: 1 | -1,
  edge: number,
  rule: { readonly widestStopAtr: number; readonly nearestStopAtr: number; readonly beyondEdgeAtr: number },
): Result<number, UnmetCondition> {
  const { close } = view.candle;
  const { widestStopAtr, nearestStopAtr: nearestAtr, beyondEdgeAtr } = rule;
  const stopPrice = protectiveStop(close, sign, edge, view.atr14, { farthestAtr: Number.POSITIVE_INFINITY, nearestAtr, beyondEdgeAtr });
  const distanceAtr = ((close - stopPrice) * sign) / view.atr14;
  if (distanceAtr <= widestStopAtr) return succeeded(stopPrice);
  return failed({ name: "stop", needed: `at most ${widestStopAtr} ATR away`, actual: `${numberText(distanceAtr)} ATR` });
}

/** A target at a multiple of the distance to the stop. */
export const targetAt = (entryPrice: number, stopPrice: number, multiple: number): number =>
  entryPrice + multiple * (entryPrice - stopPrice);
