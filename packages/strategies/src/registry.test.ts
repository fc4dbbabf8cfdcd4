import { createEngine } from "@winiswin/analysis";
import { seededCandles } from "@winiswin/testkit/candles";
import { describe, expect, it } from "vitest";
import { strategies, strategyNamed } from "./registry.ts";

describe("registry", () => {
  it("finds each strategy by its own name, once", () => {
    expect(new Set(strategies.map(({ name }) => name)).size).toBe(strategies.length);
    for (const strategy of strategies) expect(strategyNamed(strategy.name)).toBe(strategy);
    expect(strategyNamed("nothing")).toBeUndefined();
  });

  it.each(strategies.map((strategy) => [strategy.name, strategy] as const))("%s reads nothing that it did not declare", (_, strategy) => {
    const engine = createEngine("TESTUSDT", strategy.needs);
    const parameters = strategy.parameters.parse({});
    for (const candle of seededCandles({ seed: 31, count: strategy.warmupCandles + 500 })) {
      engine.update(candle);
      if (engine.isWarm()) strategy.explain(engine.view, parameters);
    }
    expect(engine.isWarm()).toBe(true);
  });
});
