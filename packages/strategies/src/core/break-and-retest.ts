import type { SymbolView } from "@winiswin/analysis";
import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { grade, numberText, ramp, rejectionGrade, trend1hGrade, volumeGrade } from "../grade.ts";
import { priceText } from "../ict-smc/reasons.ts";
import {
  atrParameter,
  candlesParameter,
  minimumScoreParameter,
  ratioParameter,
  structureStopParameters,
  targetParameter,
} from "../parameter.ts";
import { type Setup, scoredStrategy } from "../scored-strategy.ts";
import { structureStop, targetAt } from "../structure-stop.ts";
import { type BreakRule, type Broken, findBreak, type RetestedLevel, retestedLevels } from "./retested-level.ts";

const parameters = z.strictObject({
  minimumScore: minimumScoreParameter(),
  leastBreakAtr: atrParameter(0.25, "How far beyond the level the breaking close lies at least"),
  leastVolumeRatio: ratioParameter(1.3, "Volume of the breaking candle against the median of the 20 before it"),
  retestCandles: candlesParameter(20, "How long after the break the retest may come", 100),
  retestToleranceAtr: atrParameter(0.1, "How far from the level the retest may turn"),
  ...structureStopParameters(0.25),
  targetMultiple: targetParameter(),
});

interface Retest extends Setup {
  readonly level: RetestedLevel;
  readonly broken: Broken;
}

function latestBreak(view: SymbolView, sign: 1 | -1, rule: BreakRule): { level: RetestedLevel; broken: Broken } | "untouched" | "unbroken" {
  let answer: "untouched" | "unbroken" = "untouched";
  for (const level of retestedLevels(view, sign, rule)) {
    const broken = findBreak(view, sign, level, rule);
    if (broken !== undefined) return { level, broken };
    answer = "unbroken";
  }
  return answer;
}

/** A strong zone or swing was broken with volume, and price came back to it and held. */
export const breakAndRetest = scoredStrategy({
  name: "break-and-retest",
  title: "Break and Retest",
  needs: ["atr", "zones", "structure", "volumeMedian", "trend1h"],
  gate: { regimes: ["transition", "squeeze"], trend: "with" },
  parameters,
  points: { level: 3, break: 2, volume: 2, rejection: 1.5, trend1h: 1.5 },

  findSetup(view, sign, given) {
    const found = latestBreak(view, sign, given);
    if (found === "untouched") {
      const needed = "a strong zone or swing touched by this candle, which closes back in the direction";
      return failed({ name: "retest", needed, actual: "none" });
    }
    if (found === "unbroken") {
      const needed = `a close >= ${given.leastBreakAtr} ATR beyond it within ${given.retestCandles} candles`;
      return failed({ name: "break", needed, actual: "none" });
    }
    const { level, broken } = found;
    if (!(broken.volumeRatio >= given.leastVolumeRatio)) {
      const needed = `>= ${given.leastVolumeRatio} times the median of 20 candles on the break`;
      return failed({ name: "volume", needed, actual: numberText(broken.volumeRatio) });
    }
    const stop = structureStop(view, sign, level.far, given);
    if (!stop.ok) return stop;
    const reason = `retest of the ${level.kind} at ${priceText(level.near)}, broken ${broken.back} candles ago, that held`;
    const targetPrice = targetAt(view.candle.close, stop.value, given.targetMultiple);
    const setup: Retest = { reason, stopPrice: stop.value, targetPrice, level, broken };
    return succeeded(setup);
  },

  grade(view, sign, { level, broken }, given) {
    return {
      level: grade(level.worth, `${level.kind} of worth ${numberText(level.worth)}`),
      break: grade(ramp(broken.beyondAtr, 0, 1), `broke by ${numberText(broken.beyondAtr)} ATR`),
      volume: volumeGrade(broken.volumeRatio, given.leastVolumeRatio - 1.3, given.leastVolumeRatio + 1.2),
      rejection: rejectionGrade(view, sign),
      trend1h: trend1hGrade(view, sign),
    };
  },
});
