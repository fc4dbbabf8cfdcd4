import type { SymbolView } from "@winiswin/analysis";

/** A level that the last candle came back to; for a long `near` is its top and `far` its bottom, for a short the other way round. */
export interface RetestedLevel {
  readonly kind: "zone" | "swing";
  readonly near: number;
  readonly far: number;
  /** 0 to 1. */
  readonly worth: number;
}

/** The close that went beyond a level. */
export interface Broken {
  /** Candles ago. */
  readonly back: number;
  readonly beyondAtr: number;
  /** Volume of the breaking candle in medians of the 20 before it; NaN when too few are held. */
  readonly volumeRatio: number;
}

export interface BreakRule {
  readonly leastBreakAtr: number;
  readonly retestCandles: number;
  readonly retestToleranceAtr: number;
}

/** A swing is worth half of the best zone: nobody has tested it. */
const swingWorth = 0.5;

const medianCandles = 20;

/** Strong zones and the last broken swing that this candle touched and closed away from; the worthiest first. */
export function retestedLevels(view: SymbolView, sign: 1 | -1, rule: BreakRule): readonly RetestedLevel[] {
  const { candle, structure, bar } = view;
  if ((candle.close - candle.open) * sign <= 0) return [];
  const reach = sign === 1 ? candle.low : candle.high;
  const tolerance = rule.retestToleranceAtr * view.atr14;
  const isRetested = (near: number): boolean => (reach - near) * sign <= tolerance && (candle.close - near) * sign > 0;
  const levels: RetestedLevel[] = [];
  for (const zone of view.zones) {
    const [near, far] = sign === 1 ? [zone.top, zone.bottom] : [zone.bottom, zone.top];
    if (!isRetested(near)) continue;
    const { score } = zone;
    if (score >= 60) levels.push({ kind: "zone", near, far, worth: score / 100 });
  }
  const { level, bar: brokenBar } = sign === 1 ? structure.lastBreakUp : structure.lastBreakDown;
  const isRecent = brokenBar >= 0 && brokenBar < bar && bar - brokenBar <= rule.retestCandles;
  if (isRecent && isRetested(level)) levels.push({ kind: "swing", near: level, far: level, worth: swingWorth });
  return levels.sort((one, other) => other.worth - one.worth);
}

/** The last close that came from the other side of the level and went beyond it by enough, unless a later close lost the level again. */
export function findBreak(view: SymbolView, sign: 1 | -1, level: RetestedLevel, rule: BreakRule): Broken | undefined {
  const { candles, atr14 } = view;
  let cameFromBefore = false;
  let broken: { back: number; beyondAtr: number } | undefined;
  for (let back = Math.min(rule.retestCandles + 1, candles.run - 1); back >= 1; back--) {
    const { close } = candles.candle(back);
    const beyond = (close - level.near) * sign;
    if (beyond <= 0) cameFromBefore = true;
    if ((close - level.far) * sign < 0) broken = undefined;
    if (!cameFromBefore || beyond <= 0 || beyond < rule.leastBreakAtr * atr14 || back > rule.retestCandles) continue;
    broken = { back, beyondAtr: beyond / atr14 };
    cameFromBefore = false;
  }
  return broken === undefined ? undefined : { ...broken, volumeRatio: volumeRatioAt(view, broken.back) };
}

function volumeRatioAt(view: SymbolView, back: number): number {
  if (view.candles.run < back + 1 + medianCandles) return Number.NaN;
  const before = Array.from({ length: medianCandles }, (_, index) => view.candles.candle(back + 1 + index).volume);
  before.sort((one, other) => one - other);
  const median = (before[medianCandles / 2 - 1]! + before[medianCandles / 2]!) / 2;
  return median > 0 ? view.candles.candle(back).volume / median : Number.NaN;
}
