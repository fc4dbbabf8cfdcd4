import type { Candle } from "@winiswin/domain/candle";
import { seededCandles } from "@winiswin/testkit/candles";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, type DetectorName, detectorNames, type EngineEvent, engineEventKinds } from "../src/index.ts";
import { recordedCandles } from "./recorded-candles.ts";

const everything: readonly DetectorName[] = detectorNames;

function eventsOf(candles: readonly Candle[]): EngineEvent[] {
  const engine = createEngine("TESTUSDT", everything);
  const events: EngineEvent[] = [];
  for (const candle of candles) {
    engine.update(candle);
    events.push(...engine.events());
  }
  return events;
}

/** The events of the whole run that were confirmed within the prefix must be those of the prefix run. */
function expectPrefixLaw(candles: readonly Candle[], cut: number): void {
  const cutMs = candles[cut - 1]!.openTimeMs + 900_000;
  const known = eventsOf(candles).filter((event) => event.confirmedAtMs <= cutMs);
  expect(eventsOf(candles.slice(0, cut))).toEqual(known);
}

describe("causality", () => {
  it("gives a prefix exactly the events that the whole run had confirmed by then, on generated candles", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0.1, max: 0.99, noNaN: true }), (seed, share) => {
        const candles = seededCandles({ seed, count: 900 });
        expectPrefixLaw(candles, Math.floor(candles.length * share));
      }),
      { numRuns: 15 },
    );
  });

  it("holds over gaps in the candles too", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(fc.integer({ min: 20, max: 880 }), { minLength: 1, maxLength: 6 }),
        (seed, gaps) => {
          const missing = new Set(gaps.flatMap((start, index) => Array.from({ length: 1 + index * 7 }, (_, offset) => start + offset)));
          const candles = seededCandles({ seed, count: 900 }).filter((_, index) => !missing.has(index));
          expectPrefixLaw(candles, Math.floor(candles.length * 0.7));
        },
      ),
      { numRuns: 10 },
    );
  });

  it("gives every detector something to say on generated candles, so that the law is not empty", () => {
    const kinds = new Set(eventsOf(seededCandles({ seed: 7, count: 4000 })).map((event) => event.kind));
    expect([...kinds].sort()).toEqual([...engineEventKinds].sort());
  });

  it("never names a bar that lies after the confirmation, and never confirms before the bar has closed", () => {
    for (const event of eventsOf(seededCandles({ seed: 11, count: 2000 }))) {
      expect(event.barTimeMs).toBeLessThan(event.confirmedAtMs);
      expect(Number.isFinite(event.top) && Number.isFinite(event.bottom) && event.bottom <= event.top).toBe(true);
    }
  });

  it("holds on recorded candles when the optional data is there", ({ skip }) => {
    const candles = recordedCandles("futures-15m/BTCUSDT.csv.gz");
    if (candles === undefined) return skip("the optional recorded candles are absent");
    for (const [start, cut] of [
      [0, 411],
      [20_000, 1203],
      [45_321, 777],
    ] as const) {
      expectPrefixLaw(candles.slice(start, start + 1500), cut);
    }
  });
});
