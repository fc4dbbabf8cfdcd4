import type { SymbolView } from "@winiswin/analysis";
import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { closeLocation, grade, numberText, percentText, ramp, trend1hGrade, volumeGrade, volumeRatio } from "../grade.ts";
import { minimumScoreParameter, protectiveStopParameters, ratioParameter, targetParameter } from "../parameter.ts";
import { isPinBar } from "../pin-bar.ts";
import { protectiveStop } from "../protective-stop.ts";
import { scoredStrategy } from "../scored-strategy.ts";
import { targetAt } from "../structure-stop.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  leastExpansion: ratioParameter(1.4, "ATR14 against the median of the 100 candles before"),
  overextendedRsi: z
    .number()
    .min(50)
    .max(100)
    .default(78)
    .describe("RSI14 from which a long comes too late; mirrored for a short (0 to 100)"),
  ...protectiveStopParameters,
  targetMultiple: targetParameter(),
});

function breakoutAtr(view: SymbolView, sign: 1 | -1): number {
  const edge = sign === 1 ? view.donchian.upper : view.donchian.lower;
  return ((view.candle.close - edge) * sign) / view.atr14;
}

/** Ranges have expanded beyond the long averages of 1h and 4h, and the move is not yet overextended. */
export const rangeMomentum = scoredStrategy({
  name: "atr-momentum",
  title: "ATR Momentum",
  needs: ["atr", "atrMedian", "rsi", "donchian", "volumeMedian", "structure", "trend1h", "longTrend1h", "longTrend4h"],
  gate: { regimes: ["volatile", "transition"], trend: "with" },
  parameters,
  points: { expansion: 2.5, trend1h: 2, candle: 2, breakout: 2, volume: 1, pinBar: 0.5 },

  findSetup(view, sign, given) {
    const expansion = view.atr14 / view.atrMedian100;
    if (!(expansion >= given.leastExpansion)) {
      const needed = `ATR >= ${given.leastExpansion} times its median`;
      return failed({ name: "expansion", needed, actual: numberText(expansion) });
    }
    const { oneHour, fourHours } = view;
    const isBeyond = (oneHour.close - oneHour.ema200) * sign > 0 && (fourHours.close - fourHours.ema200) * sign > 0;
    if (!isBeyond) return failed({ name: "longTrend", needed: "closes of 1h and 4h beyond their EMA200", actual: "not both" });
    const rsi = sign === 1 ? view.rsi14 : 100 - view.rsi14;
    if (!(rsi < given.overextendedRsi)) {
      const limit = sign === 1 ? `< ${given.overextendedRsi}` : `> ${100 - given.overextendedRsi}`;
      return failed({ name: "overextension", needed: `RSI ${limit}`, actual: numberText(view.rsi14) });
    }
    const entryPrice = view.candle.close;
    const swing = sign === 1 ? view.structure.swingLow : view.structure.swingHigh;
    const stopPrice = protectiveStop(entryPrice, sign, swing.price, view.atr14, {
      farthestAtr: given.farthestStopAtr,
      nearestAtr: given.nearestStopAtr,
      beyondEdgeAtr: given.beyondEdgeAtr,
    });
    const reason = `ATR is ${numberText(expansion)} times its median, beyond EMA200 of 1h and 4h`;
    return succeeded({ reason, stopPrice, targetPrice: targetAt(entryPrice, stopPrice, given.targetMultiple) });
  },

  grade(view, sign, _, given) {
    const expansion = view.atr14 / view.atrMedian100;
    const location = closeLocation(view.candle, sign);
    const beyondAtr = breakoutAtr(view, sign);
    const isPin = isPinBar(view.candle, sign);
    return {
      expansion: grade(ramp(expansion, given.leastExpansion - 0.6, given.leastExpansion + 0.6), `ATR ${numberText(expansion)} medians`),
      trend1h: trend1hGrade(view, sign),
      candle: grade(ramp(location, 0.3, 0.9), `closed at ${percentText(location)} of its range in the direction`),
      breakout: grade(ramp(beyondAtr, -1, 0), `${numberText(beyondAtr)} ATR beyond the channel of 20 candles`),
      volume: volumeGrade(volumeRatio(view), 0.5, 2),
      pinBar: grade(isPin ? 1 : 0, isPin ? "pin bar" : "no pin bar"),
    };
  },
});
