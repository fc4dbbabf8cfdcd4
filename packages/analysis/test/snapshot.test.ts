import type { Candle } from "@winiswin/domain/candle";
import { seededCandles } from "@winiswin/testkit/candles";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, detectorNames, type Engine, plainView, restoreEngine, restoreEngines, saveEngines } from "../src/index.ts";

function folded(candles: readonly Candle[], symbol = "TESTUSDT"): Engine {
  const engine = createEngine(symbol, detectorNames);
  for (const candle of candles) engine.update(candle);
  return engine;
}

function restored(engine: Engine): Engine {
  const result = restoreEngine(engine.symbol, detectorNames, engine.save());
  if (!result.ok) throw new Error(result.failure);
  return result.value;
}

describe("snapshot", () => {
  it("continues to the bit from any cut, whether or not somebody reads the view", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 899 }), fc.boolean(), (seed, cut, knownFlow) => {
        // Every third market lacks some candles.
        const candles = seededCandles({ seed, count: 900, knownFlow }).filter((_, index) => seed % 3 !== 0 || index % 211 < 207);
        const whole = folded(candles.slice(0, cut));
        const resumed = restored(whole);
        for (const candle of candles.slice(cut)) {
          whole.update(candle);
          resumed.update(candle);
          expect(resumed.events()).toEqual(whole.events());
          plainView(resumed.view);
        }
        expect(Buffer.compare(resumed.save(), whole.save())).toBe(0);
        expect(plainView(resumed.view)).toEqual(plainView(whole.view));
      }),
      { numRuns: 15 },
    );
  });

  it("refuses every corrupted byte", () => {
    const state = folded(seededCandles({ seed: 3, count: 400 })).save();
    fc.assert(
      fc.property(fc.nat(state.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const corrupt = state.slice();
        corrupt[at] = corrupt[at]! ^ change;
        expect(restoreEngine("TESTUSDT", detectorNames, corrupt).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses bytes that are cut off, of another symbol, or of another composition, each with its reason", () => {
    const state = folded(seededCandles({ seed: 3, count: 400 })).save();
    expect(restoreEngine("TESTUSDT", detectorNames, state.subarray(0, state.length - 8))).toMatchObject({ ok: false });
    expect(restoreEngine("TESTUSDT", detectorNames, new Uint8Array())).toMatchObject({ ok: false, failure: /cut off/ });
    expect(restoreEngine("OTHERUSDT", detectorNames, state)).toMatchObject({ ok: false, failure: /TESTUSDT/ });
    expect(restoreEngine("TESTUSDT", ["rsi"], state)).toMatchObject({ ok: false, failure: /not rsi/ });
  });

  it("refuses another schema version by name", () => {
    const state = folded(seededCandles({ seed: 3, count: 100 })).save();
    new DataView(state.buffer).setUint32(4, 9999, true);
    expect(restoreEngine("TESTUSDT", detectorNames, state)).toMatchObject({ ok: false, failure: /schema 9999/ });
  });

  it("brings a whole shard back, or nothing of it", () => {
    const engines = ["AUSDT", "BUSDT", "CUSDT"].map((symbol, index) => folded(seededCandles({ seed: index + 1, count: 300 }), symbol));
    const bytes = saveEngines(engines);
    const result = restoreEngines(detectorNames, bytes);
    expect(result.ok && [...result.value.keys()]).toEqual(["AUSDT", "BUSDT", "CUSDT"]);
    if (result.ok) expect(Buffer.compare(saveEngines([...result.value.values()]), bytes)).toBe(0);
    // An unaligned view, as a slice of a network buffer may be.
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(restoreEngines(detectorNames, shifted.subarray(3)).ok).toBe(true);
    for (const at of [5, 13, 17, bytes.length - 1]) {
      const corrupt = bytes.slice();
      corrupt[at] = corrupt[at]! ^ 1;
      expect(restoreEngines(detectorNames, corrupt).ok).toBe(false);
    }
    expect(restoreEngines(detectorNames, saveEngines([])).ok).toBe(true);
  });
});
