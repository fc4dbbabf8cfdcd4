import type { SymbolView } from "@winiswin/analysis";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { type Grade, grade, numberText, ramp, rejectionGrade, volumeGrade, volumeRatio } from "../grade.ts";
import { scoredStrategy } from "../scored-strategy.ts";
import type { UnmetCondition } from "../unmet-condition.ts";
import { baselineParameters, baselineSetup, histogramCrossed, rsiSeen } from "./atr-stop.ts";

const parameters = z.strictObject({
  ...baselineParameters,
  reversionRsi: z
    .number()
    .min(1)
    .max(60)
    .default(40)
    .describe("RSI14 up to which a long is considered in a range; mirrored for a short (0 to 100)"),
});

/** What the regime asks for: MACD with the trend, a return from the band in a range, a breakout from a squeeze. */
function ruleOf(view: SymbolView, sign: 1 | -1, reversionRsi: number): Result<string, UnmetCondition> {
  const { candle, bollinger, donchian, regime } = view;
  if (regime.name === "trend") {
    const isWith = (view.ema20 - view.ema50) * sign > 0 && histogramCrossed(view, sign);
    if (isWith) return succeeded("MACD turned with the trend");
    return failed({ name: "momentum", needed: "a MACD histogram that turned with the trend at this close", actual: "no turn" });
  }
  if (regime.name === "squeeze") {
    const edge = sign === 1 ? donchian.upper : donchian.lower;
    if ((candle.close - edge) * sign > 0) return succeeded("broke out of a squeeze");
    return failed({ name: "breakout", needed: "a close beyond the channel of 20 candles", actual: "inside" });
  }
  const band = sign === 1 ? bollinger.lower : bollinger.upper;
  const reach = sign === 1 ? candle.low : candle.high;
  const isBack = (reach - band) * sign <= 0 && (candle.close - band) * sign > 0 && rsiSeen(view, sign) <= reversionRsi;
  if (isBack) return succeeded("returned from the edge of a range");
  return failed({ name: "reversion", needed: "beyond the Bollinger band, closed back, RSI stretched", actual: "not so" });
}

/** How well the chosen rule is fulfilled: trend strength in a trend, the way out of a squeeze, a stretched RSI in a range. */
function fitGrade(view: SymbolView, sign: 1 | -1): Grade {
  const { adx } = view.directionalMovement;
  if (view.regime.name === "trend") return grade(ramp(adx, 10, 40), `ADX ${numberText(adx)}`);
  if (view.regime.name === "squeeze") {
    const edge = sign === 1 ? view.donchian.upper : view.donchian.lower;
    const beyondAtr = ((view.candle.close - edge) * sign) / view.atr14;
    return grade(ramp(beyondAtr, 0, 0.5), `${numberText(beyondAtr)} ATR beyond the channel`);
  }
  return grade(ramp(rsiSeen(view, sign), 50, 25), `RSI ${numberText(view.rsi14)}`);
}

/** Another rule for each regime; its size is dynamic because leverage follows from the confidence. */
export const enhanced = scoredStrategy({
  name: "enhanced",
  title: "Enhanced",
  needs: ["atr", "ema", "rsi", "macd", "adx", "bollinger", "donchian", "volumeMedian", "regime"],
  gate: { regimes: ["range", "squeeze"], trend: "with" },
  parameters,
  points: { fit: 4, rejection: 3, volume: 2, age: 1 },

  findSetup(view, sign, given) {
    const rule = ruleOf(view, sign, given.reversionRsi);
    return rule.ok ? succeeded(baselineSetup(view, sign, given, rule.value)) : rule;
  },

  grade(view, sign) {
    return {
      fit: fitGrade(view, sign),
      rejection: rejectionGrade(view, sign),
      volume: volumeGrade(volumeRatio(view), 0.5, 1.5),
      age: grade(ramp(view.regime.candles, 96, 8), `the regime has lasted ${view.regime.candles} candles`),
    };
  },
});
