import type { SymbolView } from "@winiswin/analysis";
import { describe, expect, it } from "vitest";
import { handMadeView, type Shape, valuesOf } from "../../test/hand-made-view.ts";
import { mirroredView } from "../../test/mirrored-view.ts";
import { volumeProfile } from "./volume-profile.ts";

const parameters = volumeProfile.parameters.parse({});

const viewOf = (shapes: readonly Shape[], over: Partial<SymbolView>): SymbolView =>
  handMadeView(shapes, {
    atr14: 1,
    volumeMedian20: 100,
    profile: { poc: 103, vah: 105, val: 100 },
    dayProfile: { poc: 103, vah: 105, val: 99.9 },
    rsi14: 40,
    ...over,
  });

// In a range: a dip to 99.8 below VAL 100 that closes back at 100.4. In a trend: two closes beyond VAH 105 after one inside.
const rejected: readonly Shape[] = [
  [101, 101.2, 100.3, 100.4],
  [100.2, 100.6, 99.8, 100.4, 150],
];
const accepted: readonly Shape[] = [
  [104.5, 105, 104, 104.8],
  [104.8, 105.4, 104.6, 105.2],
  [105.2, 105.8, 105, 105.5, 150],
];
const inRange = { regime: { name: "range", direction: 0, candles: 9 } } as const;
const inTrend = { regime: { name: "trend", direction: 1, candles: 9 }, rsi14: 60 } as const;

describe("Volume Profile", () => {
  it("buys a rejection at VAL toward POC in a range: points 2.4 + 2 + 2 + 1.5 + 1.5", () => {
    const signal = volumeProfile.evaluate(viewOf(rejected, inRange), parameters)!;
    expect(valuesOf(signal.components)).toEqual({
      // 0.4 ATR back inside, of 0.5.
      auction: 0.8,
      // To POC 2.6, to the stop 0.7: more than 3 R.
      reward: 1,
      volume: 1,
      // The low of 99.8 also went below the day's VAL at 99.9.
      dayProfile: 1,
      momentum: 1,
    });
    expect(signal.score).toBeCloseTo(9.4, 6);
    expect(signal.stopPrice).toBeCloseTo(99.7, 9);
    expect(signal.targetPrice).toBe(103);
  });

  it("buys acceptance above VAH in a trend, on the second close beyond it: points 3 + 1.33 + 2 + 1.5 + 1.5", () => {
    const signal = volumeProfile.evaluate(viewOf(accepted, inTrend), parameters)!;
    expect(valuesOf(signal.components)).toEqual({ auction: 1, reward: 0.667, volume: 1, dayProfile: 1, momentum: 1 });
    // VAH less 0.1 ATR is 0.6 away; the target is 2 R.
    expect(signal.stopPrice).toBeCloseTo(104.9, 9);
    expect(signal.targetPrice).toBeCloseTo(106.7, 9);
  });

  it("names the first thing that is missing: regime, rejection, reward, acceptance", () => {
    const unmet = (view: SymbolView): unknown => volumeProfile.explain(view, parameters).long.unmet?.name;
    expect(unmet(viewOf(rejected, { regime: { name: "squeeze", direction: 0, candles: 4 } }))).toBe("regime");
    expect(unmet(viewOf([[101, 101.2, 100.2, 101.1]], inRange))).toBe("rejection");
    // POC 0.5 away with a stop 0.7 away.
    expect(unmet(viewOf(rejected, { ...inRange, profile: { poc: 100.9, vah: 105, val: 100 } }))).toBe("reward");
    expect(unmet(viewOf(accepted.slice(0, 2), inTrend))).toBe("acceptance");
    expect(unmet(viewOf([...accepted, [105.5, 106, 105.4, 105.9]], inTrend))).toBe("acceptance");
  });

  it("sells the same market upside down", () => {
    const signal = volumeProfile.evaluate(mirroredView(viewOf(rejected, inRange), 100), parameters)!;
    expect([signal.direction, signal.score]).toEqual(["short", 9.4]);
  });
});
