import type { SymbolView } from "@winiswin/analysis";
import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { forEachWarmView } from "../../test/warm-views.ts";
import { newsSentiment } from "./news-sentiment.ts";

const parameters = newsSentiment.parameters.parse({});
const goodNews = { symbol: "TESTUSDT", sentiment: 0.8, headlines: 4, reason: "spot fund approved" };

/** Views of a rise in which the technical part agrees with a long. */
function agreeingViews(visit: (view: SymbolView) => void): void {
  forEachWarmView(newsSentiment, seededCandles({ seed: 7, count: 1200, startPrice: 100, regimes: ["up"] }), (view) => {
    if (newsSentiment.explain(view, parameters, { news: goodNews }).long.unmet === undefined) visit(view);
  });
}

describe("news and technicals", () => {
  it("says nothing without news and names that as the reason", () => {
    let seen = 0;
    agreeingViews((view) => {
      seen++;
      expect(newsSentiment.evaluate(view, parameters)).toBeUndefined();
      expect(newsSentiment.explain(view, parameters).long.unmet).toMatchObject({ name: "news", actual: "no news of it, or they are off" });
    });
    expect(seen).toBeGreaterThan(10);
  });

  it("wants a strong enough sentiment from enough headlines, on the side of the trade", () => {
    agreeingViews((view) => {
      const unmet = (over: Partial<typeof goodNews>) =>
        newsSentiment.explain(view, parameters, { news: { ...goodNews, ...over } }).long.unmet?.name;
      expect(unmet({ sentiment: 0.29 })).toBe("news");
      expect(unmet({ sentiment: -0.8 })).toBe("news");
      expect(unmet({ headlines: 1 })).toBe("news");
      expect(unmet({})).toBeUndefined();
    });
  });

  it("gives a case that was worked out by hand: the weights times what the candles show", () => {
    let cases = 0;
    agreeingViews((view) => {
      const { candle, ema20, ema50, atr14, macd, rsi14, volumeMedian20, oneHour } = view;
      const signal = newsSentiment.evaluate(view, parameters, { news: goodNews })!;
      expect(candle.close > ema50 && ema20 > ema50 && rsi14 < 75).toBe(true);
      const agreeing = [oneHour.close > oneHour.ema50, oneHour.ema20 > oneHour.ema50, oneHour.structureTrend === 1].filter(Boolean).length;
      const momentum = (macd.histogram > 0 ? 0.5 : 0) + (macd.histogram > macd.previousHistogram ? 0.5 : 0);
      const volume = Math.min(1, Math.max(0, candle.volume / volumeMedian20 - 0.5));
      // 4 points for a sentiment of 0.8 or more, 3 for the trend, 2 for the momentum, 1 for the volume.
      const score = 4 + 3 * [0, 0.3, 0.6, 1][agreeing]! + 2 * momentum + volume;
      expect(signal.score).toBeCloseTo(score, 5);
      expect(signal.stopPrice).toBeCloseTo(candle.close - 2 * atr14, 9);
      expect(signal.targetPrice).toBeCloseTo(candle.close + 4 * atr14, 9);
      expect(signal.reasons[0]).toBe("long: news of 0.8 from 4 headlines: spot fund approved");
      cases++;
    });
    expect(cases).toBeGreaterThan(10);
  });
});
