import { seededCandles } from "@winiswin/testkit/candles";
import * as oracle from "technicalindicators";
import { describe, expect, it } from "vitest";
import { createEngine } from "../index.ts";

const candles = seededCandles({ seed: 42, count: 1500, regimes: ["up", "down", "range", "crash"] });
const close = candles.map((candle) => candle.close);
const high = candles.map((candle) => candle.high);
const low = candles.map((candle) => candle.low);

/** Every value that a warm engine gives, aligned to the end as the oracle's lists are. */
function expectSame(
  ours: (view: ReturnType<typeof createEngine>["view"]) => number,
  theirs: readonly (number | undefined)[],
  tolerance: number,
) {
  const engine = createEngine("TESTUSDT", ["ema", "rsi", "macd", "atr"]);
  const values = candles.map((candle) => {
    engine.update(candle);
    return ours(engine.view);
  });
  const offset = values.length - theirs.length;
  expect(theirs.length).toBeGreaterThan(1000);
  theirs.forEach((expected, index) => {
    if (expected !== undefined) expect(Math.abs(values[offset + index]! - expected)).toBeLessThanOrEqual(tolerance);
  });
}

describe("indicators against technicalindicators 3.1.0", () => {
  it("agrees on EMA within rounding", () => {
    expectSame((view) => view.ema9, oracle.EMA.calculate({ period: 9, values: close }), 1e-9);
    expectSame((view) => view.ema200, oracle.EMA.calculate({ period: 200, values: close }), 1e-9);
  });

  it("agrees on RSI within the two decimals that the oracle keeps", () => {
    expectSame((view) => view.rsi14, oracle.RSI.calculate({ period: 14, values: close }), 0.00501);
  });

  it("agrees on MACD within rounding", () => {
    const theirs = oracle.MACD.calculate({
      values: close,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    });
    expectSame(
      (view) => view.macd.line,
      theirs.map((value) => value.MACD),
      1e-9,
    );
    expectSame(
      (view) => view.macd.histogram,
      theirs.map((value) => value.histogram),
      1e-9,
    );
  });

  it("agrees on ATR within rounding", () => {
    expectSame((view) => view.atr14, oracle.ATR.calculate({ period: 14, high, low, close }), 1e-9);
  });
});
