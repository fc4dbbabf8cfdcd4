import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, rejectionGrade } from "../grade.ts";
import { scoredStrategy } from "../scored-strategy.ts";
import { baselineParameters, baselineSetup, rsiSeen } from "./atr-stop.ts";

const parameters = z.strictObject({
  ...baselineParameters,
  oversold: z.number().min(1).max(49).default(30).describe("RSI14 up to which a long is considered; mirrored for a short (0 to 100)"),
});

/** RSI 14 at 30 or below above the SMA200, at 70 or above below it: a dip in a rise, a rally in a fall. */
export const rsi = scoredStrategy({
  name: "rsi",
  title: "RSI",
  needs: ["atr", "rsi", "sma"],
  parameters,
  points: { depth: 5, trend: 3, rejection: 2 },

  findSetup(view, sign, given) {
    const seen = rsiSeen(view, sign);
    const limit = sign === 1 ? `<= ${given.oversold}` : `>= ${100 - given.oversold}`;
    if (!(seen <= given.oversold)) return failed({ name: "rsi", needed: limit, actual: numberText(view.rsi14) });
    const isWithTrend = (view.candle.close - view.sma200) * sign > 0;
    if (!isWithTrend) return failed({ name: "trend", needed: "a close beyond SMA200 in the direction", actual: "on the other side" });
    return succeeded(baselineSetup(view, sign, given, `RSI ${numberText(view.rsi14)} against the trend of SMA200`));
  },

  grade(view, sign, _, given) {
    const slopeAtr = ((view.sma50 - view.sma200) * sign) / view.atr14;
    return {
      depth: grade(ramp(rsiSeen(view, sign), given.oversold + 10, given.oversold - 10), `RSI ${numberText(view.rsi14)}`),
      trend: grade(ramp(slopeAtr, -1, 3), `SMA50 is ${numberText(slopeAtr)} ATR beyond SMA200`),
      rejection: rejectionGrade(view, sign),
    };
  },
});
