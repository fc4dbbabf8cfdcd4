import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, rejectionGrade } from "../grade.ts";
import { scoredStrategy } from "../scored-strategy.ts";
import { baselineParameters, baselineSetup, histogramMove, rsiSeen } from "./atr-stop.ts";

const parameters = z.strictObject({
  ...baselineParameters,
  leastAtrPercent: z.number().min(0).max(50).default(0.5).describe("ATR14 from which a symbol counts as volatile (percent of the close)"),
  farthestRsi: z.number().min(1).max(60).default(40).describe("RSI14 up to which a long is considered; mirrored for a short (0 to 100)"),
});

/** RSI, MACD and Bollinger bands on a symbol that moves: beyond a band, closed back, and the momentum turning. */
export const volatileCoins = scoredStrategy({
  name: "volatile-coins",
  title: "Volatile Coins",
  needs: ["atr", "rsi", "macd", "bollinger"],
  parameters,
  points: { rsi: 3, macd: 3, band: 2, rejection: 2 },

  findSetup(view, sign, given) {
    if (!(view.atrPercent >= given.leastAtrPercent)) {
      return failed({
        name: "volatility",
        needed: `ATR >= ${given.leastAtrPercent} % of price`,
        actual: `${numberText(view.atrPercent)} %`,
      });
    }
    const { candle, bollinger } = view;
    const band = sign === 1 ? bollinger.lower : bollinger.upper;
    const reach = sign === 1 ? candle.low : candle.high;
    const isBack = (reach - band) * sign <= 0 && (candle.close - band) * sign > 0;
    if (!isBack) return failed({ name: "band", needed: "beyond the Bollinger band and closed back inside", actual: "not at the band" });
    if (!(rsiSeen(view, sign) <= given.farthestRsi)) {
      const limit = sign === 1 ? `<= ${given.farthestRsi}` : `>= ${100 - given.farthestRsi}`;
      return failed({ name: "rsi", needed: limit, actual: numberText(view.rsi14) });
    }
    if (!(histogramMove(view, sign) > 0)) {
      return failed({ name: "macd", needed: "a MACD histogram that moves in the direction", actual: "moves against it" });
    }
    return succeeded(baselineSetup(view, sign, given, "closed back from beyond the Bollinger band while MACD turns"));
  },

  grade(view, sign, _, given) {
    const moveAtr = histogramMove(view, sign) / view.atr14;
    const { upper, lower } = view.bollinger;
    const inside = (sign === 1 ? view.candle.close - lower : upper - view.candle.close) / (upper - lower);
    return {
      rsi: grade(ramp(rsiSeen(view, sign), given.farthestRsi + 10, given.farthestRsi - 10), `RSI ${numberText(view.rsi14)}`),
      macd: grade(ramp(moveAtr, 0, 0.05), `MACD histogram moved by ${numberText(moveAtr)} ATR`),
      band: grade(ramp(inside, 0.5, 0.1), `the band is still near (${numberText(inside)} of its width)`),
      rejection: rejectionGrade(view, sign),
    };
  },
});
