import { describe, expect, it } from "vitest";
import { registry, strategies, strategiesEnabledByDefault, strategiesNamed, strategyNamed } from "./registry.ts";

describe("registry", () => {
  it("finds each strategy by its own name, once", () => {
    expect(new Set(strategies.map(({ name }) => name)).size).toBe(strategies.length);
    for (const strategy of strategies) expect(strategyNamed(strategy.name)).toBe(strategy);
    expect(strategyNamed("nothing")).toBeUndefined();
  });

  it("holds the main strategy, the six core ones, Action Price, four baselines and the news, of which only the main one trades by default", () => {
    expect(registry.map(({ strategy }) => strategy.name)).toEqual([
      "ict-smc",
      "liquidity-sweep",
      "break-and-retest",
      "order-flow",
      "ma-vwap-pullback",
      "volume-profile",
      "atr-momentum",
      "action-price",
      "rsi",
      "volatile-coins",
      "simple-profitable",
      "enhanced",
      "news-sentiment",
    ]);
    expect(strategiesEnabledByDefault.map(({ name }) => name)).toEqual(["ict-smc"]);
  });

  it("gives the strategies of a list of names, each once", () => {
    const named = strategiesNamed(["rsi", "ict-smc", "rsi"]);
    expect(named.ok && named.value.map(({ name }) => name)).toEqual(["rsi", "ict-smc"]);
  });

  it("refuses unknown names in one sentence that tells the known ones", () => {
    const named = strategiesNamed(["ict-smc", "moon", "lambo"]);
    expect(named).toEqual({
      ok: false,
      failure: `no strategy is named moon, lambo; the names are ${strategies.map(({ name }) => name).join(", ")}`,
    });
  });
});
