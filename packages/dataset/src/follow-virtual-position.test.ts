import { createEngine } from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { oppositeOf, signOf } from "@winiswin/domain/direction";
import { breakevenLevel } from "@winiswin/domain/exit/breakeven";
import { usualExitLimits } from "@winiswin/domain/exit/exit-rules";
import { mirroredCandles, seededCandles } from "@winiswin/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followOnView } from "./follow-on-view.ts";
import { followVirtualPosition, mostBarsHeld } from "./follow-virtual-position.ts";
import { candlesBefore } from "./virtual-held-views.ts";
import type { VirtualOutcome, VirtualPosition } from "./virtual-position.ts";

const startMs = Date.UTC(2026, 0, 1);
const exits = usualExitLimits;
const costs = { takerFeeRate: 0.0005, slippageRate: 0.0005, exits };
const free = { takerFeeRate: 0, slippageRate: 0, exits };

type Shape = readonly [open: number, high: number, low: number, close: number];

const candlesOf = (...shapes: readonly Shape[]): Candle[] =>
  shapes.map(([open, high, low, close], index) => ({
    openTimeMs: startMs + index * 900_000,
    open,
    high,
    low,
    close,
    volume: 1,
    quoteVolume: Number.NaN,
    tradeCount: Number.NaN,
    takerBuyVolume: Number.NaN,
  }));

const long: VirtualPosition = {
  symbol: "TESTUSDT",
  strategy: "test",
  cycleId: cycleIdOf(startMs),
  direction: "long",
  stopPrice: 98,
  targetPrice: 104,
  secondMultiple: 1.5,
  atr: 1,
};

/** A position on seeded candles, long or short, with stop and target around the first open. */
const anyCase = fc
  .record({
    seed: fc.nat(500),
    skip: fc.nat(300),
    direction: fc.constantFrom("long" as const, "short" as const),
    stopPercent: fc.double({ min: 0.05, max: 6, noNaN: true }),
    rewardRatio: fc.double({ min: 0.2, max: 4, noNaN: true }),
  })
  .map(({ seed, skip, direction, stopPercent, rewardRatio }) => {
    const all = seededCandles({ seed, count: 300 + mostBarsHeld, startMs });
    const [before, candles] = [all.slice(0, skip), all.slice(skip)];
    const { open } = candles[0]!;
    const distance = (signOf(direction) * open * stopPercent) / 100;
    return {
      before,
      candles,
      position: {
        ...long,
        direction,
        stopPrice: open - distance,
        targetPrice: open + rewardRatio * distance,
        secondMultiple: seed % 2 === 0 ? 1.5 : 2,
        atr: Math.abs(distance) / 2,
      },
    };
  });

/** Numbers on a binary grid, so that reflecting prices loses no bit and a touch stays a touch. */
const gridded = <Value extends Candle | VirtualPosition>(value: Value): Value =>
  Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, typeof part === "number" ? Math.round(part * 1024) / 1024 : part]),
  ) as unknown as Value;

const rounded = (outcome: VirtualOutcome | undefined) =>
  outcome === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(outcome).map(([name, part]) => [name, typeof part === "number" ? Math.round(part * 1e9) / 1e9 + 0 : part]),
      );

/** Wilder's, 14, from an ATR on through some true ranges. */
const atrAfter = (atr: number, ...ranges: readonly number[]): number => ranges.reduce((value, range) => value + (range - value) / 14, atr);

const closed = (outcome: VirtualOutcome | undefined) => {
  if (outcome?.outcome !== "closed") throw new Error(`not closed: ${JSON.stringify(outcome)}`);
  return outcome;
};

describe("a virtual position", () => {
  it("loses exactly 1R at its stop, with both fees and slippage in it", () => {
    const outcome = closed(followVirtualPosition(long, candlesOf([100, 101, 99, 100], [100, 100, 97, 99]), costs));
    expect(outcome).toMatchObject({ exitReason: "stopLoss", resultR: -1, barsHeld: 2, exitTimeMs: startMs + 900_000 });
    expect(outcome.mfeR).toBeCloseTo(1 / (2 + 0.0005 * 198 + 0.05), 12);
  });

  it("stops before it takes its target when one candle holds both", () => {
    expect(followVirtualPosition(long, candlesOf([100, 105, 97, 104]), costs)).toMatchObject({ exitReason: "stopLoss", mfeR: 0 });
  });

  it("fills at the open of a candle that opens beyond the stop, and at the target of one that opens beyond the target", () => {
    const gapDown = closed(followVirtualPosition(long, candlesOf([100, 101, 99, 100], [95, 96, 94, 95]), free));
    expect(gapDown).toMatchObject({ exitReason: "stopLoss", resultR: -2.5, maeR: -2.5 });
    // 30 % at 1R and 40 % at 1.5R although it opened at 3R; the rest falls back to the trailing stop, 2 ATR below the close of 106: the ATR
    // of 1 has taken in a range of 2 and one of 7, from the close of 100 to the high of 107.
    const gapUp = closed(followVirtualPosition(long, candlesOf([100, 101, 99, 100], [106, 107, 105, 106], [105, 105, 103, 104]), free));
    expect(gapUp).toMatchObject({ exitReason: "trailing", mfeR: 3.5, barsHeld: 3 });
    expect(gapUp.resultR).toBeCloseTo(0.3 * 1 + 0.4 * 1.5 + 0.3 * ((6 - 2 * atrAfter(1, 2, 7)) / 2), 12);
  });

  it("is not entered when the next open has passed its stop or its target", () => {
    expect(followVirtualPosition(long, candlesOf([98, 99, 97, 98]), costs)).toEqual({ outcome: "notEntered", reason: "stopPassed" });
    expect(followVirtualPosition(long, candlesOf([104, 105, 103, 104]), costs)).toEqual({ outcome: "notEntered", reason: "targetPassed" });
  });

  it("takes 30 % at 1R and then risks nothing: the stop stands where both fees and the slippage are earned back", () => {
    const outcome = closed(followVirtualPosition(long, candlesOf([100, 102.5, 99, 102], [102, 102.4, 99, 100]), costs));
    expect(outcome).toMatchObject({ exitReason: "breakeven", barsHeld: 2 });
    const risk = 2 + 0.0005 * 198 + 0.05;
    const atFirst = 2 - 0.0005 * 202 - 0.05;
    const level = breakevenLevel("long", 100, costs);
    const atBreakeven = level - 100 - 0.0005 * (100 + level) - 0.05;
    // Never a loss, and hardly a gain: the slippage counts at the exit instead of the entry.
    expect(atBreakeven).toBeCloseTo(0.0005 * (level - 100), 12);
    expect(outcome.resultR).toBeCloseTo((0.3 * atFirst + 0.7 * atBreakeven) / risk, 12);
  });

  it("takes 40 % at the second multiple, which lies farther in a trend and never beyond the signal's target, and lets the rest trail", () => {
    const shapes: readonly Shape[] = [
      [100, 101, 99, 100],
      [100, 106, 100, 105],
      [105, 109, 104, 108],
      [108, 108, 104, 107],
    ];
    const resultOf = (over: Partial<VirtualPosition>) =>
      closed(followVirtualPosition({ ...long, targetPrice: 120, ...over }, candlesOf(...shapes), free));
    // Behind the close of 108 by 2 ATR, which the last candle falls through.
    const last = (8 - 2 * atrAfter(1, 2, 6, 5)) / 2;
    expect(resultOf({})).toMatchObject({ exitReason: "trailing", barsHeld: 4 });
    expect(resultOf({}).resultR).toBeCloseTo(0.3 * 1 + 0.4 * 1.5 + 0.3 * last, 12);
    expect(resultOf({ secondMultiple: 2 }).resultR).toBeCloseTo(0.3 * 1 + 0.4 * 2 + 0.3 * last, 12);
    // Both targets at once in the first candle; the second comes back to breakeven.
    expect(resultOf({ targetPrice: 101 })).toMatchObject({ exitReason: "breakeven", barsHeld: 2, resultR: expect.closeTo(0.7 * 0.5, 12) });
  });

  it("trails behind the last confirmed swing when that is nearer than the ATRs", () => {
    const high = Array.from({ length: 4 }, (): Shape => [107, 108, 106.5, 107.5]);
    // Down to 103 and up again: the swing low is known five candles later, at the last of these closes.
    const dip: readonly Shape[] = [
      [107.5, 107.6, 105, 105.2],
      [105.2, 105.4, 103, 104],
      [104, 105.2, 103.9, 105],
      [105, 106.2, 104.9, 106],
      [106, 106.4, 105.5, 106.1],
      [106.1, 106.5, 105.6, 106.2],
      [106.2, 106.6, 105.7, 106.3],
    ];
    const shapes: readonly Shape[] = [[100, 108, 99.5, 107], ...high, ...dip, [106, 106, 102, 102.5]];
    const wide = { ...free, exits: { ...exits, trailingAtr: 9 } };
    const atr = atrAfter(1, 8.5, 1.5, 1.5, 1.5, 1.5, 2.6, 2.4, 1.3, 1.3, 0.9, 0.9, 0.9);
    const outcome = closed(followVirtualPosition({ ...long, targetPrice: 120 }, candlesOf(...shapes), wide));
    expect(outcome).toMatchObject({ exitReason: "trailing", barsHeld: 13 });
    expect(outcome.resultR).toBeCloseTo(0.3 * 1 + 0.4 * 1.5 + 0.3 * ((3 - 0.1 * atr) / 2), 9);
  });

  it("is re-validated at the close: left when the confidence falls or a change of character was confirmed since the entry", () => {
    const candles = candlesOf([100, 101, 99.5, 100.5], [100.5, 101, 100, 100.8], [100.8, 101, 100, 100.2]);
    const seen = (now: { confidence: number | undefined; changedAgainstAtMs: number | undefined }, count = 3) =>
      followVirtualPosition(long, candles.slice(0, count), free, { before: [], now });
    const closeMs = (count: number): number => startMs + count * 900_000;
    expect(seen({ confidence: 0.4, changedAgainstAtMs: undefined })).toBeUndefined();
    expect(seen({ confidence: 0.39, changedAgainstAtMs: undefined })).toMatchObject({
      exitReason: "revalidation",
      barsHeld: 3,
      resultR: expect.closeTo(0.1, 9),
    });
    expect(seen({ confidence: 0.39, changedAgainstAtMs: undefined }, 2)).toMatchObject({ exitReason: "revalidation", barsHeld: 2 });
    // Known before the entry, and confirmed at the second close although somebody looks only at the third.
    expect(seen({ confidence: undefined, changedAgainstAtMs: closeMs(0) })).toBeUndefined();
    expect(seen({ confidence: undefined, changedAgainstAtMs: closeMs(2) })).toMatchObject({ exitReason: "revalidation", barsHeld: 2 });
  });

  it("is left at the close when it made less than 0.3R in 24 whole candles, unless a target was reached", () => {
    const slow = Array.from({ length: 60 }, (): Shape => [100, 101, 99, 100.4]);
    expect(followVirtualPosition(long, candlesOf(...slow), free)).toMatchObject({
      exitReason: "timeStop",
      // The order is sent at the close and filled after it: the first candle is not whole.
      barsHeld: 25,
      resultR: expect.closeTo(0.2, 9),
    });
    const begun = candlesOf([100, 102, 99, 101], ...slow.slice(1));
    expect(followVirtualPosition(long, begun, free)).toMatchObject({ exitReason: "breakeven", barsHeld: 2 });
    const better = Array.from({ length: 60 }, (): Shape => [101, 101.5, 100.5, 101]);
    expect(followVirtualPosition(long, candlesOf([100, 101, 99, 101], ...better), free)).toBeUndefined();
  });

  it("is closed at the close after 200 candles", () => {
    const still = Array.from({ length: mostBarsHeld + 5 }, (): Shape => [100, 101, 99, 101]);
    expect(followVirtualPosition(long, candlesOf(...still), free)).toMatchObject({ exitReason: "timeLimit", resultR: 0.5, barsHeld: 200 });
    expect(followVirtualPosition(long, candlesOf(...still.slice(0, mostBarsHeld - 1)), free)).toBeUndefined();
  });

  it("never ends better than its best price, and without a gap never worse than 1R", () => {
    let gaps = 0;
    fc.assert(
      fc.property(anyCase, ({ candles, position }) => {
        const outcome = closed(followVirtualPosition(position, candles, costs));
        const entry = candles[0]!.open;
        const risk = Math.abs(entry - position.stopPrice) + 0.0005 * (2 * entry + position.stopPrice);
        const last = candles[outcome.barsHeld - 1]!;
        const isGap = (last.open - position.stopPrice) * signOf(position.direction) < 0;
        if (isGap) gaps++;
        else expect(outcome.resultR).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(outcome.mfeR).toBeGreaterThanOrEqual(0);
        expect(outcome.maeR).toBeLessThanOrEqual(0);
        expect(outcome.resultR).toBeLessThanOrEqual(outcome.mfeR);
        expect(outcome.resultR).toBeGreaterThanOrEqual(outcome.maeR - 0.0011 * (candles[0]!.open / risk) * 2);
      }),
      { numRuns: 300 },
    );
    expect(gaps).toBeLessThan(300);
  });

  it("ends mirrored on mirrored candles", () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const pivot = Math.ceil(Math.max(...given.candles.map(({ high }) => high)));
        const [before, candles, plain] = [given.before.map(gridded), given.candles.map(gridded), gridded(given.position)];
        const mirrored = {
          ...plain,
          direction: oppositeOf(plain.direction),
          stopPrice: 2 * pivot - plain.stopPrice,
          targetPrice: 2 * pivot - plain.targetPrice,
        };
        const one = followVirtualPosition(plain, candles, free, { before, now: undefined });
        const other = followVirtualPosition(mirrored, mirroredCandles(candles, pivot), free, {
          before: mirroredCandles(before, pivot),
          now: undefined,
        });
        // The ATR is no binary fraction, so the last bits of a trailing stop differ.
        expect(rounded(other)).toEqual(rounded(one));
      }),
      { numRuns: 200 },
    );
  });

  it("ends the same however many candles follow its end, and is open on any fewer", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(20), ({ candles, position }, more) => {
        const outcome = closed(followVirtualPosition(position, candles, costs));
        expect(followVirtualPosition(position, candles.slice(0, outcome.barsHeld + more), costs)).toEqual(outcome);
        expect(followVirtualPosition(position, candles.slice(0, outcome.barsHeld - 1), costs)).toBeUndefined();
      }),
    );
  });
});

describe("a virtual position on the candles of an engine", () => {
  const candles = seededCandles({ seed: 4, count: 900, startMs });
  const at = (index: number): VirtualPosition => {
    const { close } = candles[index]!;
    return { ...long, cycleId: cycleIdOf(candles[index]!.openTimeMs + 900_000), stopPrice: 0.99 * close, targetPrice: 1.02 * close };
  };

  it("ends as on the plain list of candles, at every later cycle that still holds them", () => {
    const engine = createEngine("TESTUSDT", ["atr"]);
    let ended = 0;
    for (const [index, candle] of candles.entries()) {
      engine.update(candle);
      for (const back of [0, 1, 7, 60, 199]) {
        if (index < 300 || back > index) continue;
        const position = at(index - back);
        const outcome = followOnView(position, engine.view, costs);
        const entryIndex = index - back + 1;
        const before = candles.slice(entryIndex - candlesBefore, entryIndex);
        expect(outcome).toEqual(
          followVirtualPosition(position, candles.slice(entryIndex, index + 1).slice(0, mostBarsHeld), costs, { before, now: undefined }),
        );
        if (outcome !== undefined) ended++;
      }
    }
    expect(ended).toBeGreaterThan(500);
  });

  it("is lost when a candle since the signal is missing or no longer held", () => {
    const engine = createEngine("TESTUSDT", ["atr"]);
    for (const candle of candles.slice(0, 500)) engine.update(candle);
    for (const candle of candles.slice(501, 505)) engine.update(candle);
    expect(followOnView(at(499), engine.view, costs)).toEqual({ outcome: "lost" });
    expect(followOnView(at(100), engine.view, costs)).toEqual({ outcome: "lost" });
    expect(followOnView(at(504), engine.view, costs)).toBeUndefined();
  });
});
