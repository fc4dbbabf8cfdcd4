import type { SymbolView } from "@winiswin/analysis";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, recentExtreme, volumeGrade, volumeRatio } from "../grade.ts";
import { priceText } from "../ict-smc/reasons.ts";
import { atrParameter, candlesParameter, minimumScoreParameter, protectiveStopParameters, targetParameter } from "../parameter.ts";
import { protectiveStop } from "../protective-stop.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { targetAt } from "../structure-stop.ts";
import type { UnmetCondition } from "../unmet-condition.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  toleranceAtr: atrParameter(0.1, "How far from an edge of the value area the rejection may turn"),
  acceptedCandles: candlesParameter(2, "Closes beyond the value area that count as acceptance", 10),
  leastRewardMultiple: z.number().min(0).max(10).default(1).describe("Least way to the POC in multiples of the distance to the stop (R)"),
  edgeCandles: candlesParameter(3, "Candles whose extreme the stop of a rejection lies behind"),
  ...protectiveStopParameters,
  targetMultiple: targetParameter(),
});

type Parameters = z.infer<typeof parameters>;

interface Auction extends Setup {
  readonly kind: "rejection" | "acceptance";
  /** How far the candle closed away from the edge, in ATR. */
  readonly awayAtr: number;
}

function stopAt(view: SymbolView, sign: 1 | -1, edge: number, given: Parameters): number {
  const { farthestStopAtr: farthestAtr, nearestStopAtr: nearestAtr, beyondEdgeAtr } = given;
  return protectiveStop(view.candle.close, sign, edge, view.atr14, { farthestAtr, nearestAtr, beyondEdgeAtr });
}

/** Price left the value area on the adverse side and closed back inside; its target is the POC. */
function findRejection(view: SymbolView, sign: 1 | -1, given: Parameters): Result<Auction, UnmetCondition> {
  const { candle, profile, atr14 } = view;
  const edge = sign === 1 ? profile.val : profile.vah;
  const reach = sign === 1 ? candle.low : candle.high;
  const isRejected = (reach - edge) * sign <= given.toleranceAtr * atr14 && (candle.close - edge) * sign > 0;
  if (!isRejected || (candle.close - candle.open) * sign <= 0) {
    const needed = `a candle that turns at ${sign === 1 ? "VAL" : "VAH"} ${priceText(edge)} and closes back in the value area`;
    return failed({ name: "rejection", needed, actual: "none" });
  }
  const stopPrice = stopAt(view, sign, recentExtreme(view, sign, given.edgeCandles), given);
  const reward = (profile.poc - candle.close) / (candle.close - stopPrice);
  if (!(reward >= given.leastRewardMultiple)) {
    return failed({ name: "reward", needed: `POC at least ${given.leastRewardMultiple} R away`, actual: `${numberText(reward)} R` });
  }
  const reason = `rejected at the edge of value ${priceText(edge)}, toward POC ${priceText(profile.poc)}`;
  return succeeded({ kind: "rejection", reason, stopPrice, targetPrice: profile.poc, awayAtr: ((candle.close - edge) * sign) / atr14 });
}

/** The first closes in a row beyond the value area, on the side of the trend. */
function findAcceptance(view: SymbolView, sign: 1 | -1, given: Parameters): Result<Auction, UnmetCondition> {
  const { candle, candles, profile, atr14 } = view;
  const edge = sign === 1 ? profile.vah : profile.val;
  let accepted = 0;
  const held = Math.min(given.acceptedCandles + 1, candles.run);
  while (accepted < held && (candles.candle(accepted).close - edge) * sign > 0) accepted++;
  if (accepted !== given.acceptedCandles) {
    const needed = `exactly ${given.acceptedCandles} closes in a row beyond ${sign === 1 ? "VAH" : "VAL"} ${priceText(edge)}`;
    const actual = accepted > given.acceptedCandles ? "accepted earlier" : `${accepted}`;
    return failed({ name: "acceptance", needed, actual });
  }
  const stopPrice = stopAt(view, sign, edge, given);
  const reason = `accepted beyond the edge of value ${priceText(edge)}`;
  const targetPrice = targetAt(candle.close, stopPrice, given.targetMultiple);
  return succeeded({ kind: "acceptance", reason, stopPrice, targetPrice, awayAtr: ((candle.close - edge) * sign) / atr14 });
}

/** In a range: rejection at the edges of value toward the POC. In a trend: acceptance beyond the value area. */
export const volumeProfile = scoredStrategy({
  name: "volume-profile",
  title: "Volume Profile",
  needs: ["atr", "volumeProfile", "volumeMedian", "rsi"],
  gate: { regimes: ["range"], trend: "with" },
  parameters,
  points: { auction: 3, reward: 2, volume: 2, dayProfile: 1.5, momentum: 1.5 },

  findSetup(view, sign, given) {
    return view.regime.name === "trend" ? findAcceptance(view, sign, given) : findRejection(view, sign, given);
  },

  grade(view, sign, { kind, awayAtr, stopPrice, targetPrice }) {
    const { candle, dayProfile } = view;
    const reward = (targetPrice - candle.close) / (candle.close - stopPrice);
    const rsi = sign === 1 ? view.rsi14 : 100 - view.rsi14;
    const isRejection = kind === "rejection";
    const dayEdge = isRejection === (sign === 1) ? dayProfile.val : dayProfile.vah;
    const seen = isRejection ? (sign === 1 ? candle.low : candle.high) : candle.close;
    const agrees = isRejection ? (dayEdge - seen) * sign >= 0 : (seen - dayEdge) * sign > 0;
    const hasRoom = isRejection ? rsi <= 50 : rsi >= 50 && rsi <= 70;
    return {
      auction: grade(ramp(awayAtr, 0, 0.5), `closed ${numberText(awayAtr)} ATR from the edge of value`),
      reward: grade(ramp(reward, 0, 3), `${numberText(reward)} R to the target`),
      volume: volumeGrade(volumeRatio(view), 0.5, 1.5),
      dayProfile: grade(agrees ? 1 : 0, `the day's profile ${agrees ? "agrees" : "does not agree"}`),
      momentum: grade(hasRoom ? 1 : 0, `RSI ${numberText(view.rsi14)}`),
    };
  },
});
