import type { DivergenceView, SymbolView } from "@winiswin/analysis";
import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { type Grade, grade, numberText, recentExtreme, trend1hGrade } from "../grade.ts";
import { atrParameter, candlesParameter, minimumScoreParameter, protectiveStopParameters, targetParameter } from "../parameter.ts";
import { protectiveStop } from "../protective-stop.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { targetAt } from "../structure-stop.ts";
import { supportAt } from "../supporting-zone.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  leastDeltaScore: z
    .number()
    .min(0)
    .max(10)
    .default(2)
    .describe("Delta of the last 5 candles from which takers push (z-score, deviations)"),
  divergenceCandles: candlesParameter(3, "How long a confirmed divergence is news"),
  nearZoneAtr: atrParameter(0.5, "Distance from a zone that still counts as at the zone"),
  edgeCandles: candlesParameter(5, "Candles whose extreme the stop lies behind"),
  ...protectiveStopParameters,
  targetMultiple: targetParameter(),
});

interface Push extends Setup {
  readonly isDivergence: boolean;
}

/** Newest divergence in the direction on each timeframe, when it is news. */
function newsOf(view: SymbolView, sign: 1 | -1, candles: number): { fast: DivergenceView | undefined; slow: DivergenceView | undefined } {
  const { divergences, bar } = view;
  const isNews = (one: DivergenceView | undefined): boolean => one !== undefined && bar - one.bar < candles;
  const [fast, slow] = sign === 1 ? [divergences.bullish15m, divergences.bullish1h] : [divergences.bearish15m, divergences.bearish1h];
  return { fast: isNews(fast) ? fast : undefined, slow: isNews(slow) ? slow : undefined };
}

const sideOfVwap = (view: SymbolView, sign: 1 | -1): number => (view.candle.close - view.dailyVwap.value) * sign;

/** On the VWAP's side without being stretched: 1 within one deviation, 0.5 within two. */
function vwapGrade(view: SymbolView, sign: 1 | -1): Grade {
  const side = sideOfVwap(view, sign);
  const { deviation } = view.dailyVwap;
  if (!(side > 0)) return grade(0, "on the wrong side of the daily VWAP");
  return grade(side <= deviation ? 1 : side <= 2 * deviation ? 0.5 : 0, `${numberText(side / deviation)} deviations beyond the daily VWAP`);
}

/** Takers push unusually hard on the VWAP's side, or fail to at a zone while price makes a new extreme; needs taker flow. */
export const orderFlow = scoredStrategy({
  name: "order-flow",
  title: "Order Flow",
  needs: ["atr", "cvd", "divergences", "vwap", "zones", "trend1h"],
  gate: { regimes: ["range", "transition"], trend: "with" },
  parameters,
  points: { push: 6, divergence: 1, vwap: 1, zone: 1, trend1h: 1 },

  findSetup(view, sign, given) {
    const { deltaScore } = view;
    const news = newsOf(view, sign, given.divergenceCandles);
    const zone = supportAt(view, sign, given.nearZoneAtr);
    const hasDivergence = news.fast !== undefined || news.slow !== undefined;
    const pushes = deltaScore !== undefined && deltaScore * sign >= given.leastDeltaScore && sideOfVwap(view, sign) > 0;
    const isDivergence = hasDivergence && zone !== undefined;
    if (!pushes && !isDivergence) {
      const needed = `delta score >= ${given.leastDeltaScore} on the side of the daily VWAP, or a new divergence at a zone`;
      const actual = `delta score ${numberText(deltaScore)}, ${hasDivergence ? "a divergence away from any zone" : "no new divergence"}`;
      return failed({ name: "flow", needed, actual });
    }
    const entryPrice = view.candle.close;
    const stopPrice = protectiveStop(entryPrice, sign, recentExtreme(view, sign, given.edgeCandles), view.atr14, {
      farthestAtr: given.farthestStopAtr,
      nearestAtr: given.nearestStopAtr,
      beyondEdgeAtr: given.beyondEdgeAtr,
    });
    const reason = pushes
      ? `takers push, delta score ${numberText(deltaScore)}`
      : "price made a new extreme at a zone, the taker flow did not";
    const setup: Push = { reason, stopPrice, targetPrice: targetAt(entryPrice, stopPrice, given.targetMultiple), isDivergence };
    return succeeded(setup);
  },

  grade(view, sign, { isDivergence }, given) {
    const score = (view.deltaScore ?? Number.NaN) * sign;
    const news = newsOf(view, sign, given.divergenceCandles);
    // From 0.6 at the least push to 1 at twice as many deviations.
    const pushed = score >= given.leastDeltaScore ? 0.2 + (0.4 * score) / given.leastDeltaScore : 0;
    const diverged = isDivergence ? (news.slow === undefined ? 0.7 : 1) : 0;
    const zone = supportAt(view, sign, given.nearZoneAtr);
    const divergenceCount = Number(news.fast !== undefined) + Number(news.slow !== undefined);
    return {
      push: grade(Math.max(pushed, diverged), `delta score ${numberText(view.deltaScore)}${isDivergence ? ", divergence at a zone" : ""}`),
      divergence: grade(divergenceCount / 2, `${divergenceCount} new divergences of 15m and 1h`),
      vwap: vwapGrade(view, sign),
      zone: grade(zone === undefined ? 0 : zone.score / 100, zone === undefined ? "at no zone" : `at a ${zone.class} zone`),
      trend1h: trend1hGrade(view, sign),
    };
  },
});
