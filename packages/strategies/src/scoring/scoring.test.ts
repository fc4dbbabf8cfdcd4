import { createEngine } from "@winiswin/analysis";
import type { Direction } from "@winiswin/domain/direction";
import { rankSignals } from "@winiswin/domain/ranking";
import type { Signal } from "@winiswin/domain/signal";
import { seededCandles } from "@winiswin/testkit/candles";
import { aSignal } from "@winiswin/testkit/signals";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handMadeView, lastBar, risingTimeframe } from "../../test/hand-made-view.ts";
import { registry } from "../registry.ts";
import { bookImbalance } from "./book-imbalance.ts";
import { btcShock, btcTrend } from "./btc-filter.ts";
import { btcFacts, type SymbolFacts, viewFacts } from "./facts.ts";
import { flowDivergence } from "./flow-divergence.ts";
import { funding } from "./funding.ts";
import { regimeFit } from "./regime-fit.ts";
import { scoreSignals } from "./score-signals.ts";
import { spread } from "./spread.ts";

const signalOf = (strategy: string, symbol: string, direction: Direction, score = 7): Signal =>
  aSignal({ strategy, symbol, direction, score });

describe("regime fit", () => {
  it("suits styles to regimes and takes 1 from everything against a trend", () => {
    const inRegime = (name: "trend" | "range" | "squeeze", direction: -1 | 0 | 1) => ({ regime: { name, direction } });
    expect(regimeFit("long", "trend", inRegime("trend", 1)).points).toBe(1);
    expect(regimeFit("short", "trend", inRegime("trend", 1))).toEqual({ name: "regime fit", points: -1, reason: "against a trend" });
    expect(regimeFit("short", "reversal", inRegime("range", 0)).points).toBe(1);
    expect(regimeFit("long", "breakout", inRegime("range", 0)).points).toBe(-0.5);
    expect(regimeFit("long", "breakout", inRegime("squeeze", 0)).points).toBe(0.5);
    expect(regimeFit("long", "trend", {}).points).toBe(0);
  });
});

describe("BTC filter", () => {
  const btc = { symbol: "BTCUSDT", trend1h: 1, moveAtr: 0 } as const;

  it("takes 1 from an altcoin against BTC's 1h trend, and nothing from BTC itself", () => {
    expect(btcTrend({ symbol: "ETHUSDT", direction: "short" }, btc).points).toBe(-1);
    expect(btcTrend({ symbol: "ETHUSDT", direction: "long" }, btc).points).toBe(0);
    expect(btcTrend({ symbol: "BTCUSDT", direction: "short" }, btc).points).toBe(0);
    expect(btcTrend({ symbol: "ETHUSDT", direction: "short" }, undefined).points).toBe(0);
  });

  it("refuses an altcoin against a shock of more than 1.5 ATR", () => {
    const long = { symbol: "ETHUSDT", direction: "long" } as const;
    expect(btcShock(long, { ...btc, moveAtr: -1.5 })).toBeUndefined();
    expect(btcShock(long, { ...btc, moveAtr: -1.6 })).toEqual({
      code: "BTC_SHOCK",
      reason: "BTC moved -1.6 ATR in 4 candles, against a long",
    });
    expect(btcShock(long, { ...btc, moveAtr: 3 })).toBeUndefined();
    expect(btcShock({ symbol: "BTCUSDT", direction: "long" }, { ...btc, moveAtr: -3 })).toBeUndefined();
  });

  it("reads trend and shock from BTC's view", () => {
    // Five closes from 100 to 103 with an ATR of 2: 1.5 ATR.
    const shapes = [100, 100.5, 101, 102, 103].map((close) => [close, close + 1, close - 1, close] as const);
    const facts = (structureTrend: -1 | 0 | 1) =>
      btcFacts(handMadeView(shapes, { symbol: "BTCUSDT", atr14: 2, oneHour: { ...risingTimeframe, structureTrend } }));
    expect(facts(1)).toEqual({ symbol: "BTCUSDT", trend1h: 1, moveAtr: 1.5 });
    expect(facts(-1).trend1h).toBe(0);
  });
});

describe("CVD divergence, funding, order book and spread", () => {
  it("adds 0.3 for 15m, 0.5 for 1h and 0.8 for both", () => {
    const facts = (fast: boolean, slow: boolean) => ({ divergences: { long: { fast, slow }, short: { fast: false, slow: false } } });
    expect(flowDivergence("long", facts(true, false)).points).toBe(0.3);
    expect(flowDivergence("long", facts(false, true)).points).toBe(0.5);
    expect(flowDivergence("long", facts(true, true)).points).toBe(0.8);
    expect(flowDivergence("short", facts(true, true)).points).toBe(0);
    expect(flowDivergence("long", {})).toEqual({ name: "CVD divergence", points: 0, reason: "the taker flow is unknown" });
  });

  it("takes 0.5 from whoever pays more than 0.05 % per 8 hours", () => {
    expect(funding("long", { fundingRatePer8Hours: 0.0006 })).toEqual({
      name: "funding",
      points: -0.5,
      reason: "a long pays 0.0600 % per 8 hours",
    });
    expect(funding("long", { fundingRatePer8Hours: 0.0005 }).points).toBe(0);
    expect(funding("long", { fundingRatePer8Hours: -0.0006 }).points).toBe(0);
    expect(funding("short", { fundingRatePer8Hours: -0.0006 }).points).toBe(-0.5);
  });

  it("weighs the book for Order Flow and the spread for Action Price only", () => {
    expect(bookImbalance("order-flow", "short", { bookImbalance: -0.25 }).points).toBe(0.25);
    expect(bookImbalance("order-flow", "short", { bookImbalance: 0.25 }).points).toBe(0);
    expect(bookImbalance("ict-smc", "short", { bookImbalance: -0.25 }).points).toBe(0);
    expect(spread("action-price", { spreadPercent: 0.05 }).points).toBe(0);
    expect(spread("action-price", { spreadPercent: 0.1 }).points).toBeCloseTo(-0.5, 9);
    expect(spread("action-price", { spreadPercent: 3 }).points).toBe(-1);
    expect(spread("rsi", { spreadPercent: 3 }).points).toBe(0);
  });

  it("reads regime and fresh divergences from a view that shows them, and calls the rest unknown", () => {
    const parts = {
      detectors: ["divergences", "regime"] as const,
      delta: 5,
      regime: { name: "range", direction: 0, candles: 4 } as const,
      divergences: {
        bullish15m: { bar: lastBar - 19, price: 100 },
        bearish15m: { bar: lastBar - 20, price: 100 },
        bullish1h: undefined,
        bearish1h: undefined,
      },
    };
    expect(viewFacts(handMadeView([[100, 100, 100, 100]], parts))).toEqual({
      regime: { name: "range", direction: 0 },
      divergences: { long: { fast: true, slow: false }, short: { fast: false, slow: false } },
    });
    const engine = createEngine("TESTUSDT", ["atr"]);
    for (const candle of seededCandles({ seed: 3, count: 50 })) engine.update(candle);
    expect(viewFacts(engine.view)).toEqual({ regime: undefined, divergences: undefined });
  });
});

describe("scoreSignals", () => {
  const facts = (over: SymbolFacts = {}) => ({ bySymbol: new Map([["ETHUSDT", over]]) });

  it("adds 0.5 once for agreement of other families, and nothing for one's own family or the other direction", () => {
    const scored = scoreSignals(
      [
        signalOf("ict-smc", "ETHUSDT", "long"),
        signalOf("liquidity-sweep", "ETHUSDT", "long"),
        signalOf("order-flow", "ETHUSDT", "long"),
        signalOf("action-price", "ETHUSDT", "long"),
        signalOf("rsi", "ETHUSDT", "short"),
        signalOf("rsi", "SOLUSDT", "long"),
      ],
      facts(),
    );
    expect(scored.map(({ signal }) => signal.score)).toEqual([7.5, 7.5, 7.5, 7.5, 7, 7]);
    expect(scored[0]!.modifiers.find(({ name }) => name === "agreement")!.reason).toBe("action-price, order-flow says the same");
    const family = scoreSignals([signalOf("ict-smc", "ETHUSDT", "long"), signalOf("liquidity-sweep", "ETHUSDT", "long")], facts());
    expect(family.map(({ signal }) => signal.score)).toEqual([7, 7]);
  });

  it("lets a strategy that nobody described agree for itself", () => {
    const scored = scoreSignals([signalOf("my-own", "ETHUSDT", "long"), signalOf("ict-smc", "ETHUSDT", "long")], facts());
    expect(scored.map(({ signal }) => signal.score)).toEqual([7.5, 7.5]);
  });

  it("refuses against a BTC shock, and what is refused agrees with nobody", () => {
    const btc = { symbol: "BTCUSDT", trend1h: -1, moveAtr: -2 } as const;
    const signals = [
      signalOf("ict-smc", "ETHUSDT", "long"),
      signalOf("order-flow", "ETHUSDT", "long"),
      signalOf("rsi", "ETHUSDT", "short"),
    ];
    const scored = scoreSignals(signals, { ...facts(), btc });
    expect(scored.map(({ refusal }) => refusal?.code)).toEqual(["BTC_SHOCK", "BTC_SHOCK", undefined]);
    expect(scored[0]!.signal.score).toBe(6);
  });

  it("decides the ranking: a conflict that the strategies' own scores left open is settled by the facts", () => {
    const limits = { maximumEntries: 3, maximumReviewed: 3, oppositeLead: 1 };
    const signals = [signalOf("ict-smc", "ETHUSDT", "long", 7.4), signalOf("rsi", "ETHUSDT", "short", 7)];
    const before = rankSignals(signals, limits);
    expect(before.map(({ setAside }) => setAside?.code)).toEqual(["OPPOSED", "OPPOSED"]);
    const scored = scoreSignals(signals, facts({ regime: { name: "trend", direction: 1 } }));
    const after = rankSignals(
      scored.filter(({ refusal }) => refusal === undefined).map(({ signal }) => signal),
      limits,
    );
    // With the trend 8.4, against it 6.
    expect(after.map(({ signal, setAside }) => [signal.strategy, signal.score, setAside?.code])).toEqual([
      ["ict-smc", 8.4, undefined],
      ["rsi", 6, "OPPOSED"],
    ]);
  });

  it("keeps 0 to 10, tells every point with its reason, leaves confidence alone and does not depend on the order", () => {
    const names = [...registry.map(({ strategy }) => strategy.name), "my-own"];
    const anySignal = fc.record({
      strategy: fc.constantFrom(...names),
      symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
      direction: fc.constantFrom<Direction>("long", "short"),
      score: fc.double({ min: 0, max: 10, noNaN: true }),
    });
    const optional = (least: number, most: number) => fc.option(fc.double({ min: least, max: most, noNaN: true }), { nil: undefined });
    const flags = fc.record({ fast: fc.boolean(), slow: fc.boolean() });
    const anyFacts = fc.record({
      regime: fc.option(
        fc.record({
          name: fc.constantFrom("volatile" as const, "squeeze" as const, "trend" as const, "range" as const, "transition" as const),
          direction: fc.constantFrom(-1 as const, 0 as const, 1 as const),
        }),
        { nil: undefined },
      ),
      divergences: fc.option(fc.record({ long: flags, short: flags }), { nil: undefined }),
      fundingRatePer8Hours: optional(-0.02, 0.02),
      spreadPercent: optional(0, 5),
      bookImbalance: optional(-1, 1),
    });
    const anyBtc = fc.option(
      fc.record({
        symbol: fc.constant("BTCUSDT"),
        trend1h: fc.constantFrom(-1 as const, 0 as const, 1 as const),
        moveAtr: fc.double({ min: -9, max: 9, noNaN: true }),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 8 }), anyFacts, anyBtc, (shapes, known, btc) => {
        const signals = shapes.map((shape) => aSignal(shape));
        const given = { bySymbol: new Map([["ETHUSDT", known]]), btc };
        const scored = scoreSignals(signals, given);
        scored.forEach(({ signal, baseScore, modifiers }, index) => {
          const sum = modifiers.reduce((total, { points }) => total + points, baseScore);
          expect(signal.score).toBeCloseTo(Math.min(10, Math.max(0, sum)), 5);
          expect(signal).toEqual({ ...signals[index], score: signal.score });
          expect(new Set(modifiers.map(({ name }) => name)).size).toBe(7);
          for (const { points, reason } of modifiers) {
            expect(Math.abs(points)).toBeLessThanOrEqual(1);
            expect(reason).not.toBe("");
          }
        });
        expect(scoreSignals(signals.toReversed(), given).toReversed()).toEqual(scored);
      }),
    );
  });
});
