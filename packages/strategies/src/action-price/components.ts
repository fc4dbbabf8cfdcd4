import type { SymbolView, ZoneView } from "@winiswin/analysis";
import { type Grade, grade, numberText, percentText, ramp, volumeGrade, volumeRatio } from "../grade.ts";
import { trend1hValue } from "../ict-smc/confidence.ts";

/**
 * Points at best. Eleven components from 0 to these, 10 in sum, and one penalty from these to 0; a wide spread is a further penalty where
 * the spread is known (see `scoring/spread.ts`).
 */
export const points = {
  zoneStrength: 1.5,
  zoneReaction: 1,
  touchFreshness: 0.5,
  vwapSide: 1,
  vwapDistance: 0.75,
  emaFan: 1,
  closePosition: 0.75,
  candlePattern: 1,
  volume: 0.75,
  retestDepth: 0.75,
  higherTimeframes: 1,
  volatileRegime: -1,
} as const;

/** 0 to 1.5 points: the score of the zone, 0 to 100. */
export const zoneStrength = (zone: ZoneView): Grade =>
  grade(zone.score / 100, `${zone.class} zone of ${zone.timeframe}, ${numberText(zone.score)}`);

/** 0 to 1 point: the mean reaction of the zone's pivots, best at 2 ATR. */
export const zoneReaction = (zone: ZoneView): Grade =>
  grade(ramp(zone.meanReaction, 0, 2), `the zone moved price by ${numberText(zone.meanReaction)} ATR before`);

const longestVisit = 6;

/** 0 to 0.5 points: best on the first candle of a visit, nothing from the sixth on. */
export function touchFreshness(view: SymbolView, zone: ZoneView): Grade {
  let candlesInside = 0;
  const held = Math.min(longestVisit, view.candles.run);
  for (let back = 0; back < held; back++) {
    const { high, low } = view.candles.candle(back);
    if (low > zone.top || high < zone.bottom) break;
    candlesInside++;
  }
  return grade(ramp(candlesInside, longestVisit, 1), candlesInside === 0 ? "close to the zone" : `candle ${candlesInside} of the visit`);
}

const anchoredVwap = (view: SymbolView, sign: 1 | -1): number => {
  const vwap = sign === 1 ? view.vwapFromLow : view.vwapFromHigh;
  return vwap === undefined ? Number.NaN : vwap.value;
};

/** 0 or 1 point: the close lies on the direction's side of the VWAP anchored at the last adverse 1h swing. */
export function vwapSide(view: SymbolView, sign: 1 | -1): Grade {
  const side = (view.candle.close - anchoredVwap(view, sign)) * sign;
  if (Number.isNaN(side)) return grade(0, "no anchored VWAP yet");
  return grade(side > 0 ? 1 : 0, `on the ${side > 0 ? "right" : "wrong"} side of the anchored VWAP`);
}

/** 0 to 0.75 points: best within 1 ATR of that VWAP, nothing from 4 ATR on, where a move is overextended. */
export function vwapDistance(view: SymbolView, sign: 1 | -1): Grade {
  const distanceAtr = Math.abs(view.candle.close - anchoredVwap(view, sign)) / view.atr14;
  return grade(ramp(distanceAtr, 4, 1), `${numberText(distanceAtr)} ATR from the anchored VWAP`);
}

/** 0 to 1 point: EMA9, 21 and 50 in order, best while they lie within 1.5 ATR (an early trend), nothing from 4 ATR on. */
export function emaFan(view: SymbolView, sign: 1 | -1): Grade {
  const { ema9, ema21, ema50 } = view;
  const spreadAtr = ((ema9 - ema50) * sign) / view.atr14;
  const isFan = (ema9 - ema21) * sign > 0 && (ema21 - ema50) * sign > 0;
  return grade(isFan ? ramp(spreadAtr, 4, 1.5) : 0, isFan ? `fan of ${numberText(spreadAtr)} ATR` : "no fan of averages");
}

/** 0 to 0.75 points: best in the adverse 30 % of the last 20 candles (a pullback), nothing in the last 20 % toward the target. */
export function closePosition(view: SymbolView, sign: 1 | -1): Grade {
  const { upper, lower } = view.donchian;
  const advanced = (sign === 1 ? view.candle.close - lower : upper - view.candle.close) / (upper - lower);
  return grade(ramp(advanced, 0.8, 0.3), `closed at ${percentText(advanced)} of the way through 20 candles`);
}

/** 0 to 0.75 points: from 0.7 to 1.7 times the median volume of the 20 candles before. */
export const volumeConfirmation = (view: SymbolView): Grade => volumeGrade(volumeRatio(view), 0.7, 1.7);

/** 0 to 0.75 points: best between the middle and the far edge of the zone, half at its near edge or through it, less short of it. */
export function retestDepth(view: SymbolView, sign: 1 | -1, zone: ZoneView): Grade {
  const reach = sign === 1 ? view.candle.low : view.candle.high;
  const [near, far] = sign === 1 ? [zone.top, zone.bottom] : [zone.bottom, zone.top];
  const depth = (near - reach) / (near - far);
  const inside = 0.5 + 0.5 * ramp(depth, 0, 0.5);
  return grade(depth < 0 ? 0.3 : depth > 1 ? 0.5 : inside, `reached ${percentText(depth)} into the zone`);
}

/** 0 to 1 point: 0.6 for the 1h trend, 0.4 for the 4h structure. */
export function higherTimeframes(view: SymbolView, sign: 1 | -1): Grade {
  const hour = trend1hValue(view, sign);
  const fourHours = view.fourHours.structureTrend === sign ? 1 : 0;
  return grade(0.6 * hour + 0.4 * fourHours, `1h agrees ${numberText(hour)}, 4h structure ${fourHours === 1 ? "agrees" : "does not"}`);
}

/** -1 or 0 points. */
export const volatileRegime = (view: SymbolView): Grade => grade(view.regime.name === "volatile" ? 1 : 0, `${view.regime.name} regime`);
