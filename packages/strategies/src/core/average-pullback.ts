import type { SymbolView } from "@winiswin/analysis";
import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, recentExtreme, rejectionGrade, trend1hGrade } from "../grade.ts";
import { atrParameter, candlesParameter, minimumScoreParameter, protectiveStopParameters, targetParameter } from "../parameter.ts";
import { protectiveStop } from "../protective-stop.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { targetAt } from "../structure-stop.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  toleranceAtr: atrParameter(0.1, "How far from a line the pullback may turn"),
  edgeCandles: candlesParameter(3, "Candles whose extreme the stop lies behind"),
  ...protectiveStopParameters,
  targetMultiple: targetParameter(),
});

interface Pullback extends Setup {
  readonly lines: readonly string[];
}

/** The lines that this candle came back to and closed away from. */
function touchedLines(view: SymbolView, sign: 1 | -1, toleranceAtr: number): readonly string[] {
  const { candle } = view;
  if ((candle.close - candle.open) * sign <= 0) return [];
  const reach = sign === 1 ? candle.low : candle.high;
  const anchored = sign === 1 ? view.vwapFromLow : view.vwapFromHigh;
  const lines: readonly (readonly [name: string, price: number])[] = [
    ["EMA20", view.ema20],
    ["daily VWAP", view.dailyVwap.value],
    ["anchored VWAP", anchored === undefined ? Number.NaN : anchored.value],
  ];
  return lines
    .filter(([, price]) => (reach - price) * sign <= toleranceAtr * view.atr14 && (candle.close - price) * sign > 0)
    .map(([name]) => name);
}

/** In a stacked trend price comes back to EMA20 or a VWAP and closes away from it. */
export const averagePullback = scoredStrategy({
  name: "ma-vwap-pullback",
  title: "MA/VWAP Pullback",
  needs: ["atr", "ema", "vwap", "anchoredVwap", "adx", "rsi", "trend1h"],
  gate: { regimes: [], trend: "with" },
  parameters,
  points: { trend: 2, spread: 1.5, lines: 2, rejection: 1.5, momentum: 1, trend1h: 2 },

  findSetup(view, sign, given) {
    const { ema20, ema50, ema200 } = view;
    if (!((ema20 - ema50) * sign > 0 && (ema50 - ema200) * sign > 0)) {
      return failed({ name: "stack", needed: "EMA20, EMA50 and EMA200 in the order of the direction", actual: "another order" });
    }
    const lines = touchedLines(view, sign, given.toleranceAtr);
    if (lines.length === 0) {
      const needed = "a candle that touches EMA20, the daily or the anchored VWAP and closes away from it in the direction";
      return failed({ name: "pullback", needed, actual: "none" });
    }
    const entryPrice = view.candle.close;
    const stopPrice = protectiveStop(entryPrice, sign, recentExtreme(view, sign, given.edgeCandles), view.atr14, {
      farthestAtr: given.farthestStopAtr,
      nearestAtr: given.nearestStopAtr,
      beyondEdgeAtr: given.beyondEdgeAtr,
    });
    const reason = `pullback to ${lines.join(", ")} in a stacked trend, closed back`;
    const setup: Pullback = { reason, stopPrice, targetPrice: targetAt(entryPrice, stopPrice, given.targetMultiple), lines };
    return succeeded(setup);
  },

  grade(view, sign, { lines }) {
    const { adx } = view.directionalMovement;
    const spreadAtr = ((view.ema20 - view.ema50) * sign) / view.atr14;
    const rsi = sign === 1 ? view.rsi14 : 100 - view.rsi14;
    return {
      trend: grade(ramp(adx, 10, 40), `ADX ${numberText(adx)}`),
      spread: grade(ramp(spreadAtr, 0, 1), `EMA20 is ${numberText(spreadAtr)} ATR beyond EMA50`),
      lines: grade([0, 0.5, 0.8, 1][lines.length]!, `${lines.length} of three lines touched`),
      rejection: rejectionGrade(view, sign),
      momentum: grade(rsi >= 40 && rsi <= 65 ? 1 : 0, `RSI ${numberText(view.rsi14)}`),
      trend1h: trend1hGrade(view, sign),
    };
  },
});
