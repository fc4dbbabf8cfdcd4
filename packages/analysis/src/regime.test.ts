import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { createEngine, type RegimeName } from "./index.ts";

describe("regime", () => {
  it("changes only after three candles that agree, as a plain reading of the indicators confirms", () => {
    const engine = createEngine("TESTUSDT", ["regime", "ema"]);
    const seen: RegimeName[] = [];
    let changes = 0;
    let before: RegimeName | undefined;
    for (const candle of seededCandles({ seed: 4, count: 4000 })) {
      engine.update(candle);
      if (!engine.isWarm()) continue;
      const { view } = engine;
      const { adx, plusDi, minusDi } = view.directionalMovement;
      const agrees = view.ema20 !== view.ema50 && view.ema20 > view.ema50 === plusDi > minusDi;
      let now: RegimeName = "transition";
      if (view.atrPercentile >= 85) now = "volatile";
      else if (view.bollinger.widthPercentile <= 15) now = "squeeze";
      else if (adx >= 25 && agrees) now = "trend";
      else if (adx < 20) now = "range";
      seen.push(now);
      if (before !== undefined && view.regime.name !== before) {
        changes++;
        expect(seen.slice(-3)).toEqual([view.regime.name, view.regime.name, view.regime.name]);
      }
      before = view.regime.name;
      expect(view.regime.direction === 0).toBe(view.regime.name !== "trend");
    }
    expect(changes).toBeGreaterThan(20);
  });
});
