import type { Candle } from "@winiswin/domain/candle";
import { seededCandles, seededRandom } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { CandleRing } from "../src/candle-ring.ts";
import { EventLog } from "../src/event.ts";
import { AverageTrueRange } from "../src/indicators/average-true-range.ts";
import { VolumeProfile } from "../src/location/volume-profile.ts";
import { Clusters } from "../src/zones/clusters.ts";
import { Pivots } from "../src/zones/pivots.ts";
import { TimeframeZones, zoneRules } from "../src/zones/timeframe-zones.ts";

const barOf = (candle: Candle): number => candle.openTimeMs / 900_000;

/** Groups of sorted prices by the definition, in the plainest way: join near neighbours, then halve what is too wide at its largest gap. */
function clustersByDefinition(prices: readonly number[], atr: number): number[][] {
  const runs: number[][] = [];
  for (const price of prices) {
    const run = runs.at(-1);
    if (run !== undefined && (price - run.at(-1)!) * (1 / 0.6) <= atr) run.push(price);
    else runs.push([price]);
  }
  const halve = (group: number[]): number[][] => {
    if (group.length < 2) return [];
    if ((group.at(-1)! - group[0]!) * (1 / 1.2) <= atr) return [group];
    const gaps = group.slice(1).map((price, index) => price - group[index]!);
    const middle = (gaps.length - 1) / 2;
    const places = gaps.map((_, index) => index).filter((index) => gaps[index] === Math.max(...gaps));
    const at = places.reduce((best, place) => (Math.abs(place - middle) < Math.abs(best - middle) ? place : best)) + 1;
    return [...halve(group.slice(0, at)), ...halve(group.slice(at))];
  };
  return runs.flatMap(halve);
}

/** Pivots known by the end of the candles, by looking at all of them again. */
function pivotsByDefinition(candles: readonly Candle[], strength: number, atrs: readonly number[]): { price: number; bar: number }[] {
  const found: { price: number; bar: number; knownAt: number }[] = [];
  candles.forEach((candle, index) => {
    if (index < strength || index + strength >= candles.length) return;
    const around = (values: number[]): { before: number[]; after: number[] } => ({
      before: values.slice(index - strength, index),
      after: values.slice(index + 1, index + 1 + strength),
    });
    const atr = atrs[index + strength]!;
    const highs = around(candles.map(({ high }) => high));
    const lows = around(candles.map(({ low }) => low));
    const isHigh = highs.before.every((high) => high < candle.high) && highs.after.every((high) => high <= candle.high);
    const isLow = lows.before.every((low) => low > candle.low) && lows.after.every((low) => low >= candle.low);
    const later = candles.slice(index + 1, index + 11);
    for (const [isPivot, price, away] of [
      [isHigh, candle.high, later.map(({ low }) => candle.high - low)],
      [isLow, candle.low, later.map(({ high }) => high - candle.low)],
    ] as const) {
      const reached = away.findIndex((move) => move / atr >= 0.7);
      if (isPivot && atr > 0 && reached >= 0)
        found.push({ price, bar: barOf(candle), knownAt: Math.max(index + strength, index + 1 + reached) });
    }
  });
  return found.sort((one, other) => one.knownAt - other.knownAt || one.bar - other.bar);
}

describe("streaming equals batch", () => {
  it("finds the clusters of the definition, also when it trusts that they still hold", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 200; round++) {
      const count = 2 + Math.floor(random() * 62);
      const pivots = new Pivots(2);
      const { sorted } = pivots;
      for (let slot = 0; slot < count; slot++) sorted.insert(slot, Math.round(random() * 400) / 10);
      const clusters = new Clusters();
      let atr = 0.5 + random() * 3;
      // Zones without width are always apart, so that the widest bounds are trusted; endless ones never are.
      const widestInAtr = round % 2 === 0 ? 0 : Number.POSITIVE_INFINITY;
      clusters.find(pivots, atr, widestInAtr);
      for (let step = 0; step < 20; step++) {
        atr *= 0.97 + random() * 0.06;
        // Now and then a price leaves and another one comes.
        if (random() < 0.3) {
          const slot = Math.floor(random() * count);
          sorted.remove(slot);
          sorted.insert(slot, Math.round(random() * 400) / 10);
          clusters.forget();
        }
        if (!clusters.holdsFor(atr)) clusters.find(pivots, atr, widestInAtr);
        const slots = sorted.slots();
        const prices = slots.map((slot) => sorted.prices[slot]!);
        expect(prices).toEqual(prices.toSorted((a, b) => a - b));
        const ours = Array.from({ length: clusters.count }, (_, index) =>
          prices.slice(slots.indexOf(clusters.first[index]!), slots.indexOf(clusters.last[index]!) + 1),
        );
        expect(ours).toEqual(clustersByDefinition(prices, atr));
      }
    }
  });

  it("keeps the pivots and shapes the zones that a look at all candles gives", () => {
    const candles = seededCandles({ seed: 9, count: 260, regimes: ["up", "down", "range"] });
    const ring = new CandleRing("15m", 512);
    const trueRange = new AverageTrueRange(14);
    const zones = new TimeframeZones("15m");
    const log = new EventLog();
    const atrs: number[] = [];
    for (const candle of candles) {
      ring.push(barOf(candle), candle);
      trueRange.update(candle.high, candle.low, candle.close);
      atrs.push(trueRange.value);
      log.begin(candle.openTimeMs + 900_000);
      zones.update(ring, trueRange.value, log);
      if (atrs.length % 20 !== 0) continue;
      const pivots = pivotsByDefinition(candles.slice(0, atrs.length), 2, atrs);
      const held = zones.pivots.sorted.slots().map((slot) => zones.pivots.sorted.prices[slot]!);
      // More than 64 are never held: the oldest bar leaves first.
      if (pivots.length <= 64) expect(held).toEqual(pivots.map(({ price }) => price).sort((a, b) => a - b));
      const expected = clustersByDefinition(held, trueRange.value).map((group) => {
        const center = group.reduce((sum, price) => sum + price, 0) / group.length;
        const { narrowestInAtr, widestInAtr } = zoneRules["15m"];
        const spread = group.at(-1)! - group[0]!;
        const width = Math.min(Math.max(spread, narrowestInAtr * trueRange.value), widestInAtr * trueRange.value);
        return [center - width / 2, center + width / 2, group.length];
      });
      const shaped = zones.zones.map(({ bottom, top, pivots: count }) => [bottom, top, count]);
      expect(shaped.length).toBe(expected.length);
      shaped.flat().forEach((value, index) => {
        expect(value).toBeCloseTo(expected.flat()[index]!, 9);
      });
    }
    expect(zones.zones.length).toBeGreaterThan(3);
  });

  it("never holds more than 64 pivots, and those are the newest", () => {
    const ring = new CandleRing("15m", 64);
    const pivots = new Pivots(2);
    const candles = seededCandles({ seed: 12, count: 3000, regimes: ["range"] });
    for (const candle of candles) {
      ring.push(barOf(candle), candle);
      pivots.update(ring, 0.3);
      const prices = pivots.sorted.slots().map((slot) => pivots.sorted.prices[slot]!);
      expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    }
    expect(pivots.count).toBe(64);
    expect(Math.min(...pivots.bars)).toBeGreaterThan(barOf(candles.at(-400)!));
  });

  it("counts the same volume profile by adding and removing as by counting the last 192 candles anew", () => {
    const candles = seededCandles({ seed: 10, count: 900, regimes: ["range", "crash", "up", "flat"] });
    const ring = new CandleRing("15m", 256);
    const profile = new VolumeProfile();
    const trueRange = new AverageTrueRange(14);
    candles.forEach((candle, index) => {
      ring.push(barOf(candle), candle);
      trueRange.update(candle.high, candle.low, candle.close);
      if (Number.isNaN(trueRange.value)) return;
      profile.update(ring, trueRange.value);
      if (index % 7 !== 0 || index < 300) return;
      const window = candles.slice(index - 191, index + 1);
      const histogram = profile.histogram();
      const total = window.reduce((sum, { volume }) => sum + volume, 0);
      expect(histogram.reduce((sum, { volume }) => sum + volume, 0)).toBeCloseTo(total, 6);
      if (total === 0) return;
      const width = histogram.length > 1 ? histogram[1]!.price - histogram[0]!.price : 1;
      const anew = histogram.map(({ price }) =>
        window.reduce((sum, { low, high, volume }) => {
          const first = Math.floor((low - histogram[0]!.price) / width + 1e-4);
          const last = Math.floor((high - histogram[0]!.price) / width + 1e-4);
          const bin = Math.round((price - histogram[0]!.price) / width);
          return bin >= first && bin <= last ? sum + volume / (last - first + 1) : sum;
        }, 0),
      );
      histogram.forEach(({ volume }, bin) => {
        expect(volume).toBeCloseTo(anew[bin]!, 6);
      });
      const { poc, vah, val } = profile.rolling;
      const most = Math.max(...anew);
      const pocBin = histogram.findIndex(({ price }) => poc > price && poc < price + width);
      expect(anew[pocBin]).toBeCloseTo(most, 6);
      const inside = histogram.reduce(
        (sum, { price, volume }) => (price + width / 2 > val && price + width / 2 < vah ? sum + volume : sum),
        0,
      );
      expect(inside).toBeGreaterThanOrEqual(0.7 * total - 1e-6);
      expect(val).toBeLessThan(poc);
      expect(vah).toBeGreaterThan(poc);
    });
  });
});
