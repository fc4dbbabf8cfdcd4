import type { LevelKind, SweepView, SymbolView } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { type Grade, grade, numberText, percentText, ramp, rejectionGrade, trend1hGrade, volumeGrade } from "../grade.ts";
import { priceText } from "../ict-smc/reasons.ts";
import { atrParameter, minimumScoreParameter, ratioParameter, structureStopParameters, targetParameter } from "../parameter.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { structureStop, targetAt } from "../structure-stop.ts";
import type { UnmetCondition } from "../unmet-condition.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  leastVolumeRatio: ratioParameter(1.5, "Volume of the sweep against the median of the 20 candles before"),
  ...structureStopParameters(0.1),
  targetMultiple: targetParameter(),
  leastTargetAtr: atrParameter(1, "Least distance to an opposite pool for it to be the target"),
});

interface Sweep extends Setup {
  readonly kind: LevelKind;
  readonly volumeRatio: number;
}

/** Worth of a swept level; round numbers and single swings are not pools of stops and do not count. */
const levelWorth: Partial<Record<LevelKind, number>> = { pool: 1, previousDay: 1, previousWeek: 1, asia: 0.7, london: 0.7, newYork: 0.7 };

const levelNames: Partial<Record<LevelKind, string>> = {
  pool: "equal swings",
  previousDay: "the previous day",
  previousWeek: "the previous week",
  asia: "the Asian session",
  london: "the London session",
  newYork: "the New York session",
};

/** A sweep is confirmed on the bar that went beyond the level or within the two after it. */
const sweepCandles = 3;

/** Volume of the busiest candle that traded beyond the level, in medians. */
function sweepVolumeRatio(view: SymbolView, sign: 1 | -1, swept: SweepView): number {
  let busiest = 0;
  for (let back = 0; back < Math.min(sweepCandles, view.candles.run); back++) {
    const candle = view.candles.candle(back);
    const reach = sign === 1 ? candle.low : candle.high;
    if ((swept.level - reach) * sign > 0) busiest = Math.max(busiest, candle.volume);
  }
  return view.volumeMedian20 > 0 ? busiest / view.volumeMedian20 : Number.NaN;
}

/** The nearest level at rest on the other side that pays for the way, NaN without one. */
function oppositePool(view: SymbolView, sign: 1 | -1, leastDistance: number): number {
  const { close } = view.candle;
  let nearest = Number.POSITIVE_INFINITY;
  for (const level of sign === 1 ? view.liquidity.above : view.liquidity.below) {
    const distance = (level.price - close) * sign;
    if (levelWorth[level.kind] !== undefined && distance >= leastDistance) nearest = Math.min(nearest, distance);
  }
  return nearest === Number.POSITIVE_INFINITY ? Number.NaN : close + sign * nearest;
}

const deltaOf = (candle: Candle): number => (candle.volume === 0 ? 0 : 2 * candle.takerBuyVolume - candle.volume);

/** Takers turned to the direction on this candle: 1 when they were against it on the candle before, 0.5 when they already were with it. */
function deltaGrade(view: SymbolView, sign: 1 | -1): Grade {
  const { delta } = view;
  const before = view.candles.run > 1 ? deltaOf(view.candles.candle(1)) * sign : Number.NaN;
  if (delta === undefined || Number.isNaN(before)) return grade(0, "taker flow unknown");
  if (delta * sign <= 0) return grade(0, `delta ${numberText(delta)} does not turn`);
  return before <= 0 ? grade(1, `delta turned to ${numberText(delta)}`) : grade(0.5, `delta ${numberText(delta)} stayed on the side`);
}

const none = (actual: string): UnmetCondition => ({
  name: "sweep",
  needed: "a pool, or a high or low of the previous day, week or a session, swept and closed back at this close",
  actual,
});

/** Stops were taken beyond a level where they rest, with volume, and price closed back. */
export const liquiditySweep = scoredStrategy({
  name: "liquidity-sweep",
  title: "Liquidity Sweep",
  needs: ["atr", "liquidity", "volumeMedian", "cvd", "structure", "trend1h"],
  gate: { regimes: ["range", "transition", "squeeze"], trend: "with" },
  parameters,
  points: { level: 2.5, volume: 2, delta: 2, rejection: 1.5, location: 1, trend1h: 1 },

  findSetup(view, sign, given) {
    const swept = sign === 1 ? view.liquidity.sweptBelow : view.liquidity.sweptAbove;
    if (swept.bar !== view.bar) return failed(none("none at this close"));
    if (levelWorth[swept.kind] === undefined) return failed(none(`a level of kind ${swept.kind}`));
    const volumeRatio = sweepVolumeRatio(view, sign, swept);
    if (!(volumeRatio >= given.leastVolumeRatio)) {
      const needed = `>= ${given.leastVolumeRatio} times the median of 20 candles`;
      return failed({ name: "volume", needed, actual: numberText(volumeRatio) });
    }
    const stop = structureStop(view, sign, swept.extreme, given);
    if (!stop.ok) return stop;
    const entryPrice = view.candle.close;
    const pool = oppositePool(view, sign, given.leastTargetAtr * view.atr14);
    const side = sign === 1 ? "low" : "high";
    const reason = `swept the ${side} of ${levelNames[swept.kind]} at ${priceText(swept.level)} to ${priceText(swept.extreme)} and closed back`;
    const targetPrice = Number.isNaN(pool) ? targetAt(entryPrice, stop.value, given.targetMultiple) : pool;
    const setup: Sweep = { reason, stopPrice: stop.value, targetPrice, kind: swept.kind, volumeRatio };
    return succeeded(setup);
  },

  grade(view, sign, { kind, volumeRatio }, given) {
    const { position } = view.structure.range;
    const ownHalf = sign === 1 ? 1 - position : position;
    return {
      level: grade(levelWorth[kind] ?? 0, `stops rested at ${levelNames[kind]}`),
      volume: volumeGrade(volumeRatio, given.leastVolumeRatio - 1.5, given.leastVolumeRatio + 1.5),
      delta: deltaGrade(view, sign),
      rejection: rejectionGrade(view, sign),
      location: grade(ramp(ownHalf, 0.3, 0.8), `${percentText(ownHalf)} of the range lies ahead`),
      trend1h: trend1hGrade(view, sign),
    };
  },
});
