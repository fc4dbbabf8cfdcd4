import type { Candle } from "@winiswin/domain/candle";
import { mirroredCandles, seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { createEngine, type DetectorName, type EngineEvent } from "../src/index.ts";

const needs: readonly DetectorName[] = ["orderBlocks", "fairValueGaps", "sweeps", "divergences", "zones", "liquidity"];

function eventsOf(candles: readonly Candle[]): EngineEvent[] {
  const engine = createEngine("TESTUSDT", needs);
  return candles.flatMap((candle) => {
    engine.update(candle);
    return engine.events();
  });
}

/** Labels of a swing seen upside down. */
const mirroredLabels: Record<string, string> = { HH: "LL", LL: "HH", HL: "LH", LH: "HL", EQH: "EQL", EQL: "EQH" };

/** One line an event, sorted within a candle: which side is looked at first is of no meaning. */
const linesOf = (events: readonly EngineEvent[], mirrored: (event: EngineEvent) => EngineEvent): string[] =>
  events
    // Round numbers lie where people count them from zero, so they have no mirror image.
    .filter(({ detail }) => detail !== "round")
    .map(mirrored)
    .map(({ confirmedAtMs, kind, timeframe, direction, barTimeMs, bottom, top, detail }) =>
      [confirmedAtMs, kind, timeframe, direction, barTimeMs, bottom.toFixed(6), top.toFixed(6), detail].join(" "),
    )
    .sort();

describe("mirror", () => {
  it("sees a market upside down exactly upside down", () => {
    // Whole ticks and a power of two as pivot keep the reflection exact; an odd size keeps prices off the centres of zones.
    const pivot = 4096;
    const candles = seededCandles({ seed: 51, count: 6000, startPrice: 4096, tickSize: 0.25, regimes: ["up", "down", "range"] }).filter(
      ({ high }) => high < 2 * pivot,
    );
    const here = linesOf(eventsOf(candles), (event) => event);
    const there = linesOf(eventsOf(mirroredCandles(candles, pivot)), (event) => ({
      ...event,
      direction: event.direction === "long" ? "short" : "long",
      bottom: 2 * pivot - event.top,
      top: 2 * pivot - event.bottom,
      detail: mirroredLabels[event.detail] ?? event.detail,
    }));
    expect(here.length).toBeGreaterThan(3000);
    expect(there.filter(isExact)).toEqual(here.filter(isExact));
    // Two equal gaps on both sides of a cluster's middle have no mirror image: one of them must be chosen.
    const common = new Set(here);
    const alike = there.filter((line) => common.has(line)).length;
    expect(alike / there.length).toBeGreaterThan(0.98);
    expect(Math.abs(there.length - here.length) / here.length).toBeLessThan(0.01);
  });
});

const isExact = (line: string): boolean => !line.includes(" zone.");
