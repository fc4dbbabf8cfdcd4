import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { createEngine, type DetectorName, type SymbolView } from "../src/index.ts";

const readings: Record<string, (view: SymbolView) => number> = {
  ema9: (view) => view.ema9,
  ema20: (view) => view.ema20,
  ema50: (view) => view.ema50,
  ema200: (view) => view.ema200,
  sma200: (view) => view.sma200,
  rsi14: (view) => view.rsi14,
  macdLine: (view) => view.macd.line,
  macdSignal: (view) => view.macd.signal,
  atr14: (view) => view.atr14,
  adx14: (view) => view.directionalMovement.adx,
  plusDi: (view) => view.directionalMovement.plusDi,
  bollingerUpper: (view) => view.bollinger.upper,
  bollingerWidthPercentile: (view) => view.bollinger.widthPercentile,
  donchianUpper: (view) => view.donchian.upper,
  stochasticD: (view) => view.stochastic.d,
  atrPercentile: (view) => view.atrPercentile,
  atrMedian100: (view) => view.atrMedian100,
  dailyVwap: (view) => view.dailyVwap.value,
  profilePoc: (view) => view.profile.poc,
  profileVah: (view) => view.profile.vah,
};

const needs: readonly DetectorName[] = [
  "ema",
  "sma",
  "rsi",
  "macd",
  "atr",
  "adx",
  "bollinger",
  "donchian",
  "stochastic",
  "atrPercentile",
  "atrMedian",
  "vwap",
  "volumeProfile",
];

/** Candles after which an indicator with a long memory has forgotten where it began; the others need 600. */
const memory: Record<string, number> = { ema200: 3000, ema50: 1200 };

describe("convergence", () => {
  const candles = seededCandles({ seed: 77, count: 4200, regimes: ["up", "down", "range"] });

  it.each(Object.keys(readings))("%s agrees within 1e-6 relative for two starts 600 candles apart", (name) => {
    const count = memory[name] ?? 600;
    const early = createEngine("TESTUSDT", needs);
    const late = createEngine("TESTUSDT", needs);
    const end = 600 + count + 14;
    for (const candle of candles.slice(0, end)) early.update(candle);
    for (const candle of candles.slice(600, end)) late.update(candle);
    const first = readings[name]!(early.view);
    const second = readings[name]!(late.view);
    // What swings around 0 is measured by the price that it is a difference of.
    const scale = name.startsWith("macd") ? early.view.candle.close : Math.max(1e-9, Math.abs(first));
    expect(Math.abs(first - second) / scale).toBeLessThanOrEqual(1e-6);
  });
});
