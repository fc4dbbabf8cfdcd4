import type { Candle } from "@winiswin/domain/candle";
import type { Timeframe } from "@winiswin/domain/timeframe";
import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { createEngine, detectorNames, type Plain, plainView, type SymbolView } from "./index.ts";

const hourMs = 3_600_000;

/** Candles of a longer timeframe made by the plainest code, complete ones only. */
function aggregated(candles: readonly Candle[], durationMs: number): Candle[] {
  const groups = Map.groupBy(candles, (candle) => Math.floor(candle.openTimeMs / durationMs) * durationMs);
  return [...groups]
    .filter(([, children]) => children.length === durationMs / 900_000)
    .map(([openTimeMs, children]) => ({
      openTimeMs,
      open: children[0]!.open,
      high: Math.max(...children.map((child) => child.high)),
      low: Math.min(...children.map((child) => child.low)),
      close: children.at(-1)!.close,
      volume: children.reduce((sum, child) => sum + child.volume, 0),
      quoteVolume: children.reduce((sum, child) => sum + child.quoteVolume, 0),
      tradeCount: children.reduce((sum, child) => sum + child.tradeCount, 0),
      takerBuyVolume: children.reduce((sum, child) => sum + child.takerBuyVolume, 0),
    }));
}

describe("engine", () => {
  it("refuses dirt, duplicates and late candles with the reason, and is unchanged by them", () => {
    const candles = seededCandles({ seed: 1, count: 300 });
    const engine = createEngine("TESTUSDT", detectorNames);
    for (const candle of candles.slice(0, 299)) engine.update(candle);
    const before = engine.save();
    const next = candles[299]!;
    const refused: [Candle, RegExp][] = [
      [candles[298]!, /duplicate/],
      [candles[100]!, /older/],
      [{ ...next, close: Number.NaN }, /close/],
      [{ ...next, low: -1 }, /low/],
      [{ ...next, open: Number.POSITIVE_INFINITY }, /open/],
      [{ ...next, high: next.low / 2 }, /high/],
      [{ ...next, volume: -5 }, /volume/],
      [{ ...next, takerBuyVolume: -5 }, /negative/],
      [{ ...next, openTimeMs: next.openTimeMs + 1 }, /boundary/],
      [{ ...next, openTimeMs: Number.NaN }, /boundary/],
    ];
    for (const [candle, reason] of refused)
      expect(engine.update(candle)).toEqual({ accepted: false, reason: expect.stringMatching(reason) });
    expect(Buffer.compare(engine.save(), before)).toBe(0);
    expect(engine.update(next)).toEqual({ accepted: true });
    expect(engine.lastCloseTimeMs()).toBe(next.openTimeMs + 900_000);
  });

  it("accepts a gap, counts as warming after it, and heals", () => {
    const candles = seededCandles({ seed: 2, count: 1200, regimes: ["up", "range"] });
    const engine = createEngine("TESTUSDT", ["ema", "structure", "atrPercentile"]);
    for (const candle of candles.slice(0, 1000)) engine.update(candle);
    expect(engine.isWarm()).toBe(true);
    expect(engine.update(candles[1003]!)).toEqual({ accepted: true });
    expect(engine.isWarm()).toBe(false);
    for (const candle of candles.slice(1004, 1018)) engine.update(candle);
    expect(engine.isWarm()).toBe(true);
  });

  it("marks only what the gap touched: a day without one candle leaves the hours of the next day alone", () => {
    const candles = seededCandles({ seed: 2, count: 3000, regimes: ["up", "range"] });
    const engine = createEngine("TESTUSDT", ["trend1h"]);
    const warmAt = (candle: Candle): boolean => {
      engine.update(candle);
      return engine.isWarm();
    };
    const warm = candles.filter((_, index) => index !== 2001).map(warmAt);
    // The hour that lacks a candle is not used, and 14 whole hours later its absence is forgotten.
    expect(warm.slice(1990, 2001)).not.toContain(false);
    expect(warm.slice(2001, 2004 + 14 * 4)).not.toContain(true);
    expect(warm.slice(2004 + 15 * 4)).not.toContain(false);
  });

  it("holds no unsound number through gaps of any length", () => {
    const engine = createEngine("TESTUSDT", detectorNames);
    const candles = seededCandles({ seed: 19, count: 9000 });
    let checked = 0;
    for (const [index, candle] of candles.entries()) {
      if (index > 7000 && index % 613 < 1 + (index % 5)) continue;
      engine.update(candle);
      if (!engine.isWarm()) continue;
      checked++;
      expect(unsoundNumbers(engine.view)).toEqual([]);
    }
    expect(checked).toBeGreaterThan(500);
  });

  it("never uses an incomplete parent", () => {
    const candles = seededCandles({ seed: 3, count: 400 });
    const engine = createEngine("TESTUSDT", ["trend1h"]);
    // The second candle of the hour that begins with candle 200 is missing.
    for (const [index, candle] of candles.entries()) if (index !== 201) engine.update(candle);
    expect(engine.view.oneHour.candles.seen).toBe(99);
    const lost = createEngine("TESTUSDT", ["trend1h"]);
    for (const candle of candles.slice(2, 10)) lost.update(candle);
    expect(lost.view.oneHour.candles.seen).toBe(1);
    expect(lost.view.oneHour.candles.last.openTimeMs).toBe(candles[4]!.openTimeMs);
  });

  it("aggregates as the plainest code does, and only at the parent's close", () => {
    const candles = seededCandles({ seed: 4, count: 200 });
    const engine = createEngine("TESTUSDT", ["trend1h"]);
    for (const [index, candle] of candles.entries()) {
      engine.update(candle);
      const expected = aggregated(candles.slice(0, index + 1), hourMs).at(-1);
      if (expected === undefined) continue;
      const { openTimeMs, open, high, low, close, volume } = engine.view.oneHour.candles.candle(0);
      expect({ openTimeMs, open, high, low, close }).toEqual({
        openTimeMs: expected.openTimeMs,
        open: expected.open,
        high: expected.high,
        low: expected.low,
        close: expected.close,
      });
      expect(volume).toBeCloseTo(expected.volume, 6);
    }
  });

  it("bootstraps from native histories as if it had folded every 15m candle, wherever the 15m history begins", () => {
    const candles = seededCandles({ seed: 5, count: 4 * 500 });
    const whole = createEngine("TESTUSDT", ["trend1h"]);
    for (const candle of candles) whole.update(candle);
    for (const start of [1000, 1001, 1002, 1003]) {
      const engine = createEngine("TESTUSDT", ["trend1h"]);
      const histories: Partial<Record<Timeframe, readonly Candle[]>> = { "15m": candles.slice(start), "1h": aggregated(candles, hourMs) };
      engine.bootstrap(histories);
      expect(engine.view.oneHour.candles.seen).toBe(500);
      expect(engine.view.oneHour.ema50).toBeCloseTo(whole.view.oneHour.ema50, 9);
      expect(engine.view.oneHour.structureTrend).toBe(whole.view.oneHour.structureTrend);
      expect(engine.isWarm()).toBe(true);
    }
  });

  it("throws when the view is asked for what was not declared, and computes what a declared part builds on", () => {
    const engine = createEngine("TESTUSDT", ["orderBlocks"]);
    for (const candle of seededCandles({ seed: 6, count: 50 })) engine.update(candle);
    expect(() => engine.view.rsi14).toThrow(/rsi/);
    expect(engine.view.atr14).toBeGreaterThan(0);
  });

  it("holds no NaN or Infinity anywhere in the view once warm, through flat stretches and without volume", () => {
    const engine = createEngine("TESTUSDT", detectorNames);
    const candles = seededCandles({ seed: 8, count: 7000, regimes: ["flat", "crash", "range", "up"] });
    let warm = 0;
    for (const candle of candles) {
      engine.update(candle);
      if (!engine.isWarm()) continue;
      warm++;
      expect(unsoundNumbers(engine.view)).toEqual([]);
    }
    expect(warm).toBeGreaterThan(1000);
  });
});

/** Paths of every number in the view that is NaN, infinite or still unknown. */
function unsoundNumbers(view: SymbolView): string[] {
  const found: string[] = [];
  const walk = (part: Plain, path: string): void => {
    if (part === null || (typeof part === "number" && !Number.isFinite(part))) found.push(path);
    else if (typeof part === "object") for (const [name, inner] of Object.entries(part)) walk(inner, `${path}.${name}`);
  };
  walk(plainView(view), "view");
  // A symbol younger than 200 days has no EMA200 of days, and nothing declares one; a sweep may not have happened yet.
  return found.filter((path) => path !== "view.oneDay.ema200" && !path.includes("swept") && !path.includes("divergences"));
}
