import { seededCandles } from "@winiswin/testkit/candles";
import * as oracle from "technicalindicators";
import { describe, expect, it } from "vitest";
import { CandleRing } from "../src/candle-ring.ts";
import { EventLog } from "../src/event.ts";
import { createEngine, type DetectorName, type SymbolView } from "../src/index.ts";
import { gapDirection } from "../src/structure/fair-value-gaps.ts";
import { Swings } from "../src/structure/swings.ts";
import { recordedRows } from "./recorded-candles.ts";

const candles = seededCandles({ seed: 42, count: 1500, regimes: ["up", "down", "range", "crash"] });
const close = candles.map((candle) => candle.close);
const high = candles.map((candle) => candle.high);
const low = candles.map((candle) => candle.low);
const needs: readonly DetectorName[] = ["ema", "sma", "rsi", "macd", "atr", "adx", "bollinger", "stochastic"];

/** Compares every value that the oracle gives; its lists are aligned to the end. */
function expectSame(ours: (view: SymbolView) => number, theirs: readonly (number | undefined)[], tolerance: number): void {
  const engine = createEngine("TESTUSDT", needs);
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
  it("agrees on EMA and SMA within rounding", () => {
    expectSame((view) => view.ema9, oracle.EMA.calculate({ period: 9, values: close }), 1e-9);
    expectSame((view) => view.ema200, oracle.EMA.calculate({ period: 200, values: close }), 1e-9);
    expectSame((view) => view.sma50, oracle.SMA.calculate({ period: 50, values: close }), 1e-9);
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

  it("agrees on ADX and DI within rounding, on a series without a flat start, after which the oracle stays NaN", () => {
    const theirs = oracle.ADX.calculate({ period: 14, high, low, close });
    expectSame(
      (view) => view.directionalMovement.adx,
      theirs.map((value) => value.adx),
      1e-7,
    );
    expectSame(
      (view) => view.directionalMovement.plusDi,
      theirs.map((value) => value.pdi),
      1e-7,
    );
    const flat = [...Array.from({ length: 40 }, () => ({ ...candles[0]!, open: 100, high: 100, low: 100, close: 100 })), ...candles];
    const engine = createEngine("TESTUSDT", ["adx"]);
    flat.forEach((candle, index) => {
      engine.update({ ...candle, openTimeMs: index * 900_000 });
    });
    expect(engine.view.directionalMovement.adx).toBeGreaterThan(0);
  });

  it("agrees on Bollinger bands within rounding", () => {
    const theirs = oracle.BollingerBands.calculate({ period: 20, stdDev: 2, values: close });
    expectSame(
      (view) => view.bollinger.upper,
      theirs.map((value) => value.upper),
      1e-6,
    );
  });

  it("agrees on the stochastic: its smoothed line is our k, which is smoothed once more to d", () => {
    const theirs = oracle.Stochastic.calculate({ period: 14, signalPeriod: 3, high, low, close });
    expectSame(
      (view) => view.stochastic.k,
      theirs.map((value) => value.d),
      1e-6,
    );
  });
});

describe("structure against the recorded outputs of a public SMC library", () => {
  const rows = recordedRows("smc/EURUSD_15M.csv.gz")?.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])),
  );

  it("finds the same fair value gaps, one bar later than they are labelled", ({ skip }) => {
    const labels = recordedRows("smc/fvg_result_data.csv.gz");
    if (rows === undefined || labels === undefined) return skip("the optional recorded data is absent");
    expect(rows.length).toBe(labels.length);
    let found = 0;
    for (let bar = 1; bar + 1 < rows.length; bar++) {
      const [before, middle, after] = [rows[bar - 1]!, rows[bar]!, rows[bar + 1]!];
      const sign = gapDirection(Number(before.high), Number(before.low), Number(after.high), Number(after.low));
      // The library also wants the middle candle to point the way of the gap.
      const points = (Number(middle.close) - Number(middle.open)) * sign > 0;
      const label = labels[bar]!.FVG === "" ? 0 : Number(labels[bar]!.FVG);
      expect(points ? sign : 0).toBe(label);
      if (label !== 0) found++;
    }
    expect(found).toBeGreaterThan(1000);
  });

  it("finds the same swings, five bars later than they are labelled, by the library's window and our replacing", ({ skip }) => {
    const labels = recordedRows("smc/swing_highs_lows_result_data.csv.gz");
    if (rows === undefined || labels === undefined) return skip("the optional recorded data is absent");
    const highs = rows.map((row) => Number(row.high));
    const lows = rows.map((row) => Number(row.low));
    // The library looks at four bars before and five after, takes equals, and calls a bar that is both a high.
    const window = (values: number[], bar: number): number[] => values.slice(Math.max(0, bar - 4), bar + 6);
    const isHigh = (bar: number): boolean => bar >= 4 && highs[bar] === Math.max(...window(highs, bar));
    const isLow = (bar: number): boolean => bar >= 4 && !isHigh(bar) && lows[bar] === Math.min(...window(lows, bar));
    const swings = new Swings(5, (_prices, _mask, bar, _strength, sign) => (sign === 1 ? isHigh(bar) : isLow(bar)));
    const ring = new CandleRing("15m", 64);
    const log = new EventLog();
    const found = new Map<number, number>();
    rows.forEach((row, bar) => {
      const [open, high, low, close] = [Number(row.open), Number(row.high), Number(row.low), Number(row.close)];
      const openTimeMs = bar * 900_000;
      ring.push(bar, { openTimeMs, open, high, low, close, volume: 0, quoteVolume: 0, tradeCount: 0, takerBuyVolume: 0 });
      log.begin(openTimeMs + 900_000);
      swings.update(ring, 0.001, log);
      for (const event of log.events()) {
        const swingBar = event.barTimeMs / 900_000;
        if (event.kind === "swing.final") found.set(swingBar, event.direction === "short" ? 1 : -1);
        else expect(bar - swingBar).toBe(5);
      }
    });
    let compared = 0;
    // The first and last label are invented by the library, and before the eleventh bar we do not look yet.
    const lastFinal = Math.max(...found.keys());
    for (let bar = 11; bar <= lastFinal; bar++) {
      const label = labels[bar]!.HighLow === "" ? 0 : Number(labels[bar]!.HighLow);
      expect([bar, found.get(bar) ?? 0]).toEqual([bar, label]);
      compared++;
    }
    expect(compared).toBeGreaterThan(rows.length - 100);
  });
});
