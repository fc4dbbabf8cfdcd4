import { failed, succeeded } from "@winiswin/domain/result";
import { grade, ramp, rejectionGrade, volumeGrade, volumeRatio } from "@winiswin/strategies/grade";
import { scoredStrategy } from "@winiswin/strategies/scored-strategy";
import { z } from "zod";

export const channelBreakout = scoredStrategy({
  name: "channel-breakout",
  title: "Channel Breakout",
  needs: ["atr", "donchian", "volumeMedian"],
  gate: { regimes: ["squeeze", "transition"], trend: "with" },
  parameters: z.strictObject({
    minimumScore: z.number().min(0).max(10).default(6).describe("Score from which a signal is given (points, 0 to 10)"),
    stopAtr: z.number().min(0.5).max(5).default(1.5).describe("Distance of the stop from the entry (ATR14 of 15m)"),
  }),
  points: { breakout: 5, candle: 3, volume: 2 },

  findSetup(view, sign, given) {
    const { close } = view.candle;
    const edge = sign === 1 ? view.donchian.upper : view.donchian.lower;
    if (!((close - edge) * sign > 0)) return failed({ name: "breakout", needed: `a close beyond ${edge}`, actual: String(close) });
    const risk = given.stopAtr * view.atr14;
    return succeeded({ reason: `broke out of ${edge}`, stopPrice: close - sign * risk, targetPrice: close + sign * 2 * risk, edge });
  },

  grade(view, sign, { edge }) {
    const beyondAtr = ((view.candle.close - edge) * sign) / view.atr14;
    return {
      breakout: grade(ramp(beyondAtr, 0, 0.5), `${beyondAtr.toFixed(2)} ATR beyond the channel`),
      candle: rejectionGrade(view, sign),
      volume: volumeGrade(volumeRatio(view), 1, 2),
    };
  },
});
