import type { Candle } from "@winiswin/domain/candle";
import { seededRandom } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { createEngine, detectorNames, type Plain, plainView, restoreEngine } from "../src/index.ts";

/** Candles of a market that no exchange has: prices over twenty powers of ten, jumps, dust and floods of volume. */
function wildCandles(seed: number, count: number): Candle[] {
  const random = seededRandom(seed);
  let exponent = random() * 20 - 8;
  return Array.from({ length: count }, (_, index) => {
    const kind = random();
    if (kind < 0.01) exponent = random() * 20 - 8;
    else exponent = Math.min(13, Math.max(-9, exponent + (random() - 0.5) * (kind < 0.2 ? 0.5 : 0.001)));
    const open = 10 ** exponent;
    const close = kind > 0.8 ? open : 10 ** (exponent + (random() - 0.5) * 0.01);
    const high = Math.max(open, close) * (1 + random() * 0.01);
    const low = Math.min(open, close) / (1 + random() * 0.01);
    const volume = kind < 0.3 ? 0 : 10 ** (random() * 27 - 8);
    const isFlat = kind > 0.95;
    return {
      openTimeMs: index * 900_000,
      open,
      high: isFlat ? Math.max(open, close) : high,
      low: isFlat ? Math.min(open, close) : low,
      close,
      volume,
      quoteVolume: kind > 0.5 ? Number.NaN : volume * close,
      tradeCount: Number.NaN,
      takerBuyVolume: kind > 0.9 ? Number.NaN : volume * random(),
    };
  });
}

const unsound = (part: Plain, path: string): string[] => {
  if (typeof part === "number") return Number.isFinite(part) ? [] : [path];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) => unsound(inner, `${path}.${name}`));
};

describe("a market beyond all measure", () => {
  it.each([1, 2, 3, 4, 5, 6])("is folded without a NaN, an Infinity or an exception (seed %d)", (seed) => {
    const engine = createEngine("WILDUSDT", detectorNames);
    for (const candle of wildCandles(seed, 1500)) {
      expect(engine.update(candle)).toEqual({ accepted: true });
      // The first 200 candles are warm-up for what this start can warm.
      if (engine.view.bar > 200 && engine.view.bar % 7 === 0) {
        expect(unsound(plainView(engine.view), "view").filter((path) => !/oneDay|fourHours|oneHour/.test(path))).toEqual([]);
      }
    }
    expect(restoreEngine("WILDUSDT", detectorNames, engine.save()).ok).toBe(true);
  });

  it("is refused where even squares would overflow", () => {
    const engine = createEngine("WILDUSDT", detectorNames);
    const candle = wildCandles(1, 1)[0]!;
    expect(engine.update({ ...candle, high: 1e300 })).toMatchObject({ accepted: false });
    expect(engine.update({ ...candle, volume: 1e300 })).toMatchObject({ accepted: false });
  });
});
