import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { chartPage, inspectSymbol } from "../index.ts";

const candles = seededCandles({ seed: 14, count: 1500, regimes: ["up", "range", "down"] });

describe("inspection of a symbol", () => {
  const inspection = inspectSymbol({ symbol: "TESTUSDT", candles });

  it("is plain data that JSON carries without loss", () => {
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  it("shows the candles up to the inspected close and nothing after it", () => {
    const endMs = candles.at(-1)!.openTimeMs + 900_000;
    expect(inspection.at).toBe(new Date(endMs).toISOString());
    expect(inspection.chart.candles.length).toBe(240);
    expect(inspection.events.length).toBe(60);
    for (const { confirmedAtMs } of inspection.events) expect(confirmedAtMs).toBeLessThanOrEqual(endMs);
    for (const { fromMs, toMs } of inspection.chart.areas) expect(fromMs).toBeLessThan(toMs);
    for (const { fromMs, toMs } of inspection.chart.breaks) expect(fromMs).toBeLessThan(toMs);
    for (const { values } of inspection.chart.lines) expect(values.length).toBe(240);
  });

  it("draws the swings where the candles have them", () => {
    const byTime = new Map(inspection.chart.candles.map((candle) => [candle.openTimeMs, candle]));
    expect(inspection.chart.swings.length).toBeGreaterThan(5);
    for (const { side, timeMs, price } of inspection.chart.swings) expect(byTime.get(timeMs)?.[side]).toBe(price);
  });

  it("refuses to look at nothing", () => {
    expect(() => inspectSymbol({ symbol: "TESTUSDT", candles: [] })).toThrow(/no candle/);
  });
});

describe("chart page", () => {
  it("needs nothing from elsewhere and holds no number that is none", () => {
    const page = chartPage(inspectSymbol({ symbol: "TESTUSDT", candles, shownCandles: 120 }));
    expect(page).not.toMatch(/<script|https?:|url\(|NaN|undefined|Infinity/);
    expect(page.match(/<g class="(up|down)">/g)?.length).toBe(120);
  });

  it("shows a symbol's name as text, whatever it holds", () => {
    const page = chartPage(inspectSymbol({ symbol: '<b>"X"&', candles: candles.slice(0, 900) }));
    expect(page).toContain("&lt;b&gt;&quot;X&quot;&amp;");
    expect(page).not.toContain('<b>"X"');
  });

  it("says so when the detectors are still warming", () => {
    expect(chartPage(inspectSymbol({ symbol: "TESTUSDT", candles: candles.slice(0, 300) }))).toContain("warming");
  });
});
