import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, lastBar, risingTimeframe, type Shape, structureOf, valuesOf, zoneOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { breakAndRetest } from "./break-and-retest.ts";

const parameters = breakAndRetest.parameters.parse({});

// Thirty quiet candles below 100, a break of the zone 99 to 100 that closes at 100.8 on 2.5 times the volume, two candles above, and the retest.
const quiet: readonly Shape[] = Array.from({ length: 30 }, () => [98, 98.5, 97.5, 98] as const);
const breaking: Shape = [99, 100.9, 98.9, 100.8, 250];
const above: readonly Shape[] = [
  [100.8, 101.5, 100.6, 101.2],
  [101.2, 101.3, 100.4, 100.5],
];
const retest: Shape = [100.5, 101.1, 100.05, 101];
const shapes = [...quiet, breaking, ...above, retest];

const viewOf = (given: readonly Shape[] = shapes, over: Partial<SymbolView> = {}): SymbolView =>
  handMadeView(given, {
    regime: { name: "transition", direction: 0, candles: 10 },
    atr14: 1,
    zones: [zoneOf(99, 100, { score: 80, class: "key" })],
    structure: structureOf({}),
    oneHour: risingTimeframe,
    ...over,
  });

describe("Break and Retest", () => {
  it("buys the retest of a broken key zone: points 2.4 + 1.6 + 2 + 1.5 + 1.5", () => {
    const signal = breakAndRetest.evaluate(viewOf(), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      // Score 80 of 100.
      level: 0.8,
      // It closed 0.8 ATR beyond the top.
      break: 0.8,
      // 250 against a median of 100.
      volume: 1,
      // (101 - 100.05) / (101.1 - 100.05) = 0.905 of the range.
      rejection: 1,
      trend1h: 1,
    });
    expect(signal.score).toBeCloseTo(9, 6);
    // 0.25 ATR behind the bottom of the zone at 99; the target is twice as far.
    expect(signal.stopPrice).toBeCloseTo(98.75, 9);
    expect(signal.targetPrice).toBeCloseTo(101 + 2 * 2.25, 9);
    expect(signal.reasons[0]).toBe("long: retest of the zone at 100, broken 3 candles ago, that held");
  });

  it("takes a swing that was broken, worth half of the best zone, with the stop 0.5 ATR away at least", () => {
    const structure = structureOf({ lastBreakUp: { bar: lastBar - 3, level: 100.4, levelBar: 900, kind: "bos" } });
    const signal = breakAndRetest.evaluate(viewOf(shapes, { zones: [], structure }), parameters)!;
    expect(valuesOf(signal.components).level).toBe(0.5);
    expect(signal.stopPrice).toBeCloseTo(100.15, 9);
  });

  it("names the first thing that is missing: regime, retest, break, volume, stop", () => {
    const unmet = (view: SymbolView): unknown => breakAndRetest.explain(view, parameters).long.unmet?.name;
    expect(unmet(viewOf(shapes, { regime: { name: "range", direction: 0, candles: 9 } }))).toBe("regime");
    // Weak zones do not count, and a candle that stays 0.2 ATR above does not retest.
    expect(unmet(viewOf(shapes, { zones: [zoneOf(99, 100, { score: 59.9, class: "normal" })] }))).toBe("retest");
    expect(unmet(viewOf([...shapes.slice(0, -1), [100.5, 101.1, 100.2, 101]]))).toBe("retest");
    // A close of 0.2 ATR beyond is no break, and one that was followed by a close below the zone is undone.
    expect(unmet(viewOf([...quiet, [99, 100.9, 98.9, 100.2, 250], retest]))).toBe("break");
    expect(unmet(viewOf([...quiet, breaking, [100.8, 100.9, 98.4, 98.5], [98.5, 100.3, 98.5, 100.1], retest]))).toBe("break");
    // Twenty-one candles after the break it is too old.
    expect(unmet(viewOf([...quiet, breaking, ...Array.from({ length: 20 }, () => [101, 101.5, 100.8, 101] as const), retest]))).toBe(
      "break",
    );
    expect(unmet(viewOf([...quiet, [99, 100.9, 98.9, 100.8, 129], ...above, retest]))).toBe("volume");
    expect(unmet(viewOf(shapes, { zones: [zoneOf(97, 100, { score: 80 })] }))).toBe("stop");
  });

  it("sells the same market upside down", () => {
    const signal = breakAndRetest.evaluate(mirroredView(viewOf(), 100), parameters)!;
    expect([signal.direction, signal.score]).toEqual(["short", 9]);
  });
});
