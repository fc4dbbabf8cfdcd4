import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, volumeGrade, volumeRatio } from "../grade.ts";
import { scoredStrategy } from "../scored-strategy.ts";
import { baselineParameters, baselineSetup, histogramCrossed, rsiSeen } from "./atr-stop.ts";

const parameters = z.strictObject({
  ...baselineParameters,
  lowestRsi: z.number().min(0).max(100).default(45).describe("RSI14 from which a long is considered; mirrored for a short (0 to 100)"),
  highestRsi: z.number().min(0).max(100).default(65).describe("RSI14 up to which a long is considered; mirrored for a short (0 to 100)"),
  leastAdx: z.number().min(0).max(100).default(20).describe("ADX14 from which there is a trend (0 to 100)"),
});

/** The conservative, balanced one: a MACD turn with the trend of EMA50 and EMA200, an RSI with room and an ADX that moves. */
export const simpleProfitable = scoredStrategy({
  name: "simple-profitable",
  title: "Simple Profitable",
  needs: ["atr", "ema", "rsi", "macd", "adx", "volumeMedian"],
  parameters,
  points: { trend: 3, adx: 3, rsi: 2, volume: 2 },

  findSetup(view, sign, given) {
    const isTrend = (view.ema50 - view.ema200) * sign > 0 && (view.candle.close - view.ema50) * sign > 0;
    if (!isTrend)
      return failed({ name: "trend", needed: "close, EMA50 and EMA200 in the order of the direction", actual: "another order" });
    if (!histogramCrossed(view, sign)) {
      return failed({ name: "macd", needed: "a MACD histogram that changed to the direction's side at this close", actual: "no change" });
    }
    const seen = rsiSeen(view, sign);
    if (!(seen >= given.lowestRsi && seen <= given.highestRsi)) {
      const [low, high] = sign === 1 ? [given.lowestRsi, given.highestRsi] : [100 - given.highestRsi, 100 - given.lowestRsi];
      return failed({ name: "rsi", needed: `${low} to ${high}`, actual: numberText(view.rsi14) });
    }
    const { adx } = view.directionalMovement;
    if (!(adx >= given.leastAdx)) return failed({ name: "adx", needed: `>= ${given.leastAdx}`, actual: numberText(adx) });
    return succeeded(baselineSetup(view, sign, given, "MACD turned with the trend of EMA50 and EMA200"));
  },

  grade(view, sign, _, given) {
    const spreadAtr = ((view.ema50 - view.ema200) * sign) / view.atr14;
    const { adx } = view.directionalMovement;
    const middle = (given.lowestRsi + given.highestRsi) / 2;
    const off = Math.abs(rsiSeen(view, sign) - middle);
    return {
      trend: grade(ramp(spreadAtr, -1, 2), `EMA50 is ${numberText(spreadAtr)} ATR beyond EMA200`),
      adx: grade(ramp(adx, given.leastAdx - 20, given.leastAdx + 10), `ADX ${numberText(adx)}`),
      rsi: grade(ramp(off, given.highestRsi - middle + 5, 0), `RSI ${numberText(view.rsi14)}`),
      volume: volumeGrade(volumeRatio(view), 0.5, 1.5),
    };
  },
});
