import { failed, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { baselineParameters, baselineSetup, histogramMove, rsiSeen } from "../baselines/atr-stop.ts";
import { grade, numberText, ramp, trend1hGrade, volumeGrade, volumeRatio } from "../grade.ts";
import { scoredStrategy } from "../scored-strategy.ts";

const parameters = z.strictObject({
  ...baselineParameters,
  leastSentiment: z
    .number()
    .min(0.05)
    .max(1)
    .default(0.3)
    .describe("Sentiment of the news from which a long is considered; mirrored for a short (-1 to 1)"),
  leastHeadlines: z.int().min(1).max(100).default(2).describe("Headlines that a sentiment must rest on (count)"),
  overextendedRsi: z
    .number()
    .min(51)
    .max(100)
    .default(75)
    .describe("RSI14 from which a long comes too late; mirrored for a short (0 to 100)"),
});

/** The news speak for a direction, the averages agree, and the move is not over yet. */
export const newsSentiment = scoredStrategy({
  name: "news-sentiment",
  title: "News and technicals",
  needs: ["atr", "ema", "rsi", "macd", "volumeMedian", "trend1h"],
  readsNews: true,
  parameters,
  points: { sentiment: 4, trend1h: 3, momentum: 2, volume: 1 },

  findSetup(view, sign, given, { news }) {
    const needed = `a sentiment of ${sign === 1 ? given.leastSentiment : -given.leastSentiment} or beyond from ${given.leastHeadlines} headlines`;
    if (news === undefined) return failed({ name: "news", needed, actual: "no news of it, or they are off" });
    if (!(news.sentiment * sign >= given.leastSentiment && news.headlines >= given.leastHeadlines)) {
      return failed({ name: "news", needed, actual: `${numberText(news.sentiment)} from ${news.headlines}` });
    }
    const isBeyond = (view.candle.close - view.ema50) * sign > 0 && (view.ema20 - view.ema50) * sign > 0;
    if (!isBeyond) return failed({ name: "trend", needed: "close and EMA20 beyond EMA50 in the direction", actual: "not so" });
    if (!(rsiSeen(view, sign) < given.overextendedRsi)) {
      const limit = sign === 1 ? `< ${given.overextendedRsi}` : `> ${100 - given.overextendedRsi}`;
      return failed({ name: "rsi", needed: limit, actual: numberText(view.rsi14) });
    }
    const setup = baselineSetup(
      view,
      sign,
      given,
      `news of ${numberText(news.sentiment)} from ${news.headlines} headlines: ${news.reason}`,
    );
    return succeeded({ ...setup, news });
  },

  grade(view, sign, { news }) {
    const move = histogramMove(view, sign);
    return {
      sentiment: grade(ramp(news.sentiment * sign, 0, 0.8), `sentiment ${numberText(news.sentiment)} from ${news.headlines} headlines`),
      trend1h: trend1hGrade(view, sign),
      momentum: grade(
        (view.macd.histogram * sign > 0 ? 0.5 : 0) + (move > 0 ? 0.5 : 0),
        `MACD histogram ${view.macd.histogram * sign > 0 ? "on" : "off"} the side, ${move > 0 ? "growing" : "shrinking"}`,
      ),
      volume: volumeGrade(volumeRatio(view), 0.5, 1.5),
    };
  },
});
