import { describe, expect, it } from "vitest";
import { HandMade, type Shape } from "../../test/hand-made.ts";
import { CumulativeDelta } from "./cumulative-delta.ts";
import { DeltaScore } from "./delta-score.ts";
import { VolumeWeightedPrice } from "./volume-weighted-price.ts";
import { VolumeWeightedPrices } from "./volume-weighted-prices.ts";

/** The first bar of a UTC day. */
const midnight = 96 * 20_000;

describe("volume-weighted average price", () => {
  it("is sum of quote volume by sum of volume, with the volume-weighted deviation around it", () => {
    const vwap = new VolumeWeightedPrice();
    vwap.restart(midnight);
    vwap.add(103, 97, 100, 2, 200);
    vwap.add(113, 107, 110, 6, 660);
    expect(vwap.value).toBeCloseTo(107.5, 12);
    expect(vwap.deviation).toBeCloseTo(Math.sqrt((2 * 7.5 ** 2 + 6 * 2.5 ** 2) / 8), 12);
    expect(vwap.upper2 - vwap.lower2).toBeCloseTo(4 * vwap.deviation, 12);
  });

  it("weighs the typical price where the quote volume is unknown, and keeps its value without volume", () => {
    const vwap = new VolumeWeightedPrice();
    vwap.restart(midnight);
    vwap.add(103, 97, 100, 0, 0);
    expect(vwap.value).toBe(100);
    vwap.add(112, 106, 109, 5, Number.NaN);
    vwap.add(500, 400, 450, 0, 0);
    expect(vwap.value).toBe(109);
    vwap.restart(midnight + 96);
    expect(vwap.value).toBe(109);
    vwap.add(103, 97, 100, 1, Number.NaN);
    expect(vwap.value).toBe(100);
  });

  it("begins anew with the UTC day and with each session, whose end is exclusive", () => {
    const made = new HandMade(midnight - 1);
    const vwaps = new VolumeWeightedPrices();
    const at = (price: number): Shape => [price, price, price, price];
    const fold = (shapes: readonly Shape[]): void => made.fold(shapes, (ring) => vwaps.update(ring));
    fold([at(50)]);
    fold(Array.from({ length: 32 }, () => at(100)));
    expect(vwaps.daily.value).toBeCloseTo(100, 12);
    expect([vwaps.asia.isOpen, vwaps.asia.endedNow, vwaps.asia.previousHigh, vwaps.london.isOpen]).toEqual([true, true, 100, true]);
    fold([at(120)]);
    expect([vwaps.asia.isOpen, vwaps.asia.vwap.value]).toEqual([false, 100]);
    expect(vwaps.london.vwap.value).toBeCloseTo(104, 12);
  });
});

describe("cumulative delta", () => {
  const bought = (takerBuyVolume: number): Shape => [100, 101, 99, 100, 10, takerBuyVolume];
  function flowOf(firstBar: number, shapes: readonly Shape[]): CumulativeDelta {
    const made = new HandMade(firstBar);
    const flow = new CumulativeDelta();
    made.fold(shapes, (ring) => flow.update(ring));
    return flow;
  }

  it("sums twice the taker buys less the volume from the start of the day", () => {
    expect(flowOf(midnight, [bought(8), bought(3)]).daily).toBe(6 - 4);
  });

  it("is unknown in a day that was not seen from its start", () => {
    expect(flowOf(midnight + 5, [bought(8), bought(8)]).daily).toBeNaN();
  });

  it("stays unknown after one unknown candle until the next day", () => {
    const day = Array.from({ length: 95 }, () => bought(6));
    const flow = flowOf(midnight, [bought(Number.NaN), ...day]);
    expect([flow.delta, flow.daily]).toEqual([2, Number.NaN]);
    expect(flowOf(midnight, [bought(Number.NaN), ...day, bought(6)]).daily).toBe(2);
  });

  it("counts a candle without volume as no flow, whatever its taker column says", () => {
    expect(flowOf(midnight, [bought(8), [100, 100, 100, 100, 0, Number.NaN]]).daily).toBe(6);
  });

  it("scores the sum of five deltas among the last hundred, and forgets all at an unknown one", () => {
    const score = new DeltaScore();
    for (let index = 0; index < 104; index++) score.update(index % 2 === 0 ? 1 : -1);
    expect(Math.abs(score.value)).toBeCloseTo(1, 9);
    for (let index = 0; index < 5; index++) score.update(10);
    expect(score.value).toBeGreaterThan(5);
    score.update(Number.NaN);
    expect(score.value).toBeNaN();
  });
});
