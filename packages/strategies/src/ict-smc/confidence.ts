import type { SymbolView } from "@winiswin/analysis";
import type { IctSmcParameters } from "./parameters.ts";

/** The weights sum to 1; with trend1h 0 no direction can reach 0.70, so the 1h filter is hard by construction. */
export const weights = { trend1h: 0.4, structure: 0.2, position: 0.2, momentum: 0.1, volatility: 0.1 } as const;

export type TriggerKind = "order block" | "fair value gap" | "sweep" | "retest";

/** What a setup is made of: why now, in which zone, and the edge behind which the idea is wrong. */
export interface Trigger {
  readonly kind: TriggerKind;
  /** The zone or level that price returned to; equal prices for a level. */
  readonly top: number;
  readonly bottom: number;
  /** The price that must not be passed for the setup to stay true. */
  readonly edge: number;
}

/** 1 when close, averages and structure of 1h agree with the direction; 0.6 for two, 0.3 for one. */
export function trend1hValue(view: SymbolView, sign: 1 | -1): number {
  const hour = view.oneHour;
  let agreeing = 0;
  if ((hour.close - hour.ema50) * sign > 0) agreeing++;
  if ((hour.ema20 - hour.ema50) * sign > 0) agreeing++;
  if (hour.structureTrend === sign) agreeing++;
  return agreementSteps[agreeing]!;
}

const agreementSteps = [0, 0.3, 0.6, 1] as const;

/** 1 for a fresh break in the direction, 0.6 when only the trend agrees, 0.3 for a fresh change of character against 1h, else 0. */
export function structureValue(view: SymbolView, sign: 1 | -1, parameters: IctSmcParameters): number {
  const { structure } = view;
  if (structure.trend !== sign) return 0;
  const last = sign === 1 ? structure.lastBreakUp : structure.lastBreakDown;
  if (view.bar - last.bar > parameters.freshBreakBars) return 0.6;
  const isAgainstHour = last.kind === "choch" && view.oneHour.structureTrend === -sign;
  return isAgainstHour ? 0.3 : 1;
}

/** 1 in a zone on the discount (premium) side, 0.6 in or near one; 0.3 more after a sweep of the other side, capped at 1. */
export function positionValue(view: SymbolView, sign: 1 | -1, trigger: Trigger | undefined, parameters: IctSmcParameters): number {
  const distance = Math.min(
    distanceToZones(view, sign),
    trigger === undefined ? Number.POSITIVE_INFINITY : distanceTo(trigger, view.candle.close),
  );
  const halfSide = (view.structure.range.position - 0.5) * sign;
  let value = 0;
  if (distance === 0 && halfSide <= 0) value = 1;
  else if (distance <= parameters.nearZoneAtr * view.atr14) value = 0.6;
  const swept = sign === 1 ? view.sweptLow : view.sweptHigh;
  if (swept.bar >= 0 && view.bar - swept.bar <= parameters.sweepBars) value += 0.3;
  return Math.min(1, value);
}

/** 0.5 for a MACD histogram on the side and growing, 0.3 for an RSI with room, 0.2 for EMA9 beyond EMA21. */
export function momentumValue(view: SymbolView, sign: 1 | -1): number {
  const { histogram, previousHistogram } = view.macd;
  const rsi = sign === 1 ? view.rsi14 : 100 - view.rsi14;
  let tenths = 0;
  if (histogram * sign > 0 && (histogram - previousHistogram) * sign > 0) tenths += 5;
  if (rsi >= 45 && rsi <= 70) tenths += 3;
  if ((view.ema9 - view.ema21) * sign > 0) tenths += 2;
  return tenths / 10;
}

/** 1 for an ordinary ATR percent (rank 20 to 80), 0.5 within 10 to 90, else 0. */
export function volatilityValue(view: SymbolView): number {
  const rank = view.atrPercentile;
  if (rank >= 20 && rank <= 80) return 1;
  return rank >= 10 && rank <= 90 ? 0.5 : 0;
}

/** Why this candle could be an entry: return into a block or gap, a sweep just confirmed, or the retest of a broken level. */
export function findTrigger(view: SymbolView, sign: 1 | -1, parameters: IctSmcParameters): Trigger | undefined {
  const candle = view.candle;
  const { bar } = view;
  for (let index = view.orderBlocks.length - 1; index >= 0; index--) {
    const block = view.orderBlocks[index]!;
    const isUsed = block.middleBar >= 0 && block.middleBar < bar;
    if (block.sign === sign && !isUsed && block.formedBar < bar && isReached(block.top, block.bottom, sign, candle)) {
      return { kind: "order block", top: block.top, bottom: block.bottom, edge: sign === 1 ? block.bottom : block.top };
    }
  }
  for (let index = view.fairValueGaps.length - 1; index >= 0; index--) {
    const gap = view.fairValueGaps[index]!;
    const isUsed = gap.middleBar >= 0 && gap.middleBar < bar;
    if (gap.sign === sign && !isUsed && gap.formedBar < bar && isReached(gap.top, gap.bottom, sign, candle)) {
      return { kind: "fair value gap", top: gap.top, bottom: gap.bottom, edge: sign === 1 ? gap.bottom : gap.top };
    }
  }
  const swept = sign === 1 ? view.sweptLow : view.sweptHigh;
  if (swept.bar === bar) {
    const [top, bottom] = sign === 1 ? [swept.level, swept.extreme] : [swept.extreme, swept.level];
    return { kind: "sweep", top, bottom, edge: swept.extreme };
  }
  return findRetest(view, sign, parameters);
}

function findRetest(view: SymbolView, sign: 1 | -1, parameters: IctSmcParameters): Trigger | undefined {
  const { structure, candle, bar } = view;
  const broken = sign === 1 ? structure.lastBreakUp : structure.lastBreakDown;
  if (structure.trend !== sign || broken.kind !== "bos" || broken.bar < 0 || broken.bar >= bar) return undefined;
  if (bar - broken.bar > parameters.retestBars) return undefined;
  const reach = sign === 1 ? candle.low : candle.high;
  const isBack = (reach - broken.level) * sign <= parameters.retestToleranceAtr * view.atr14;
  if (!isBack || (candle.close - broken.level) * sign <= 0) return undefined;
  const swing = sign === 1 ? structure.swingLow : structure.swingHigh;
  return { kind: "retest", top: broken.level, bottom: broken.level, edge: swing.price };
}

/** The candle traded into the range and did not close beyond its far edge. */
function isReached(
  top: number,
  bottom: number,
  sign: 1 | -1,
  candle: { readonly high: number; readonly low: number; readonly close: number },
) {
  return sign === 1 ? candle.low <= top && candle.close >= bottom : candle.high >= bottom && candle.close <= top;
}

const distanceTo = (zone: { readonly top: number; readonly bottom: number }, price: number): number =>
  Math.max(0, price - zone.top, zone.bottom - price);

function distanceToZones(view: SymbolView, sign: 1 | -1): number {
  const { close } = view.candle;
  let nearest = Number.POSITIVE_INFINITY;
  for (const block of view.orderBlocks) if (block.sign === sign) nearest = Math.min(nearest, distanceTo(block, close));
  for (const gap of view.fairValueGaps) if (gap.sign === sign) nearest = Math.min(nearest, distanceTo(gap, close));
  return nearest;
}
