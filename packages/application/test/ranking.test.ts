import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { price } from "@winiswin/domain/decimal";
import type { BtcFacts } from "@winiswin/domain/signal-facts";
import { aSignal, Interruption } from "@winiswin/testkit";
import { describe, expect, it } from "vitest";
import { tradingDesk } from "./trading-desk.ts";

const signalsOnly = { ENABLE_TRADING: "false" };
const btcFalls: BtcFacts = { symbol: "BTCUSDT", trend1h: -1, moveAtr: -2 };
const noDivergence = { fast: false, slow: false };
const withTrend = {
  facts: {
    regime: { name: "trend" as const, direction: 1 as const },
    divergences: { long: { fast: true, slow: true }, short: noDivergence },
  },
};

describe("the ranking of a cycle", () => {
  it("adds every modifier that the facts of a symbol, of BTC and of the market give, and keeps the strategy's own score beside it", async () => {
    const desk = await tradingDesk([aSignal({ symbol: "SOLUSDT", score: 6.5, ...withTrend })], signalsOnly, {
      btc: { ...btcFalls, moveAtr: 0 },
      fundingRates: [{ symbol: "SOLUSDT", ratePer8Hours: 0.001 }],
      bookTops: [],
    });
    await desk.execute();

    const [decision] = await desk.decisions.ofSymbol("main", desk.cycleId, "SOLUSDT");
    expect(decision).toMatchObject({ strategy: "ict-smc", direction: "long", baseScore: 6.5, rank: 1 });
    expect(decision?.modifiers.map(({ name, points }) => [name, points])).toEqual([
      ["regime fit", 1],
      ["BTC trend", -1],
      ["CVD divergence", 0.8],
      ["funding", -0.5],
    ]);
    expect(decision?.score).toBeCloseTo(6.8, 9);
  });

  it("enters nothing beside BTC while what BTC does is not known, where BTC is listed", async () => {
    const signals = [aSignal({ symbol: "BTCUSDT", score: 9 }), aSignal({ symbol: "SOLUSDT", score: 9 })];
    const desk = await tradingDesk(signals, signalsOnly, { btc: null });
    await desk.execute();
    const reasonsOf = async (symbol: string) =>
      (await desk.decisions.ofSymbol("main", desk.cycleId, symbol)).flatMap(({ reasons }) => reasons.map(({ code }) => code));
    expect(await reasonsOf("SOLUSDT")).toEqual(["BTC_UNKNOWN"]);
    expect(await reasonsOf("BTCUSDT")).toEqual(["TRADING_DISABLED"]);

    const without = await tradingDesk([aSignal({ symbol: "SOLUSDT" })], signalsOnly, { btc: null });
    await without.execute();
    expect((await without.decisions.ofSymbol("main", without.cycleId, "SOLUSDT"))[0]?.reasons[0]?.code).toBe("TRADING_DISABLED");
  });

  it("takes the spread that the books show into Action Price's score", async () => {
    const desk = await tradingDesk([aSignal({ symbol: "SOLUSDT", strategy: "action-price" })], signalsOnly, {
      bookTops: [{ symbol: "SOLUSDT", bidPrice: price("99.9"), askPrice: price("100.1") }],
    });
    await desk.execute();
    const [decision] = await desk.decisions.ofSymbol("main", desk.cycleId, "SOLUSDT");
    expect(decision?.modifiers).toMatchObject([{ name: "spread", points: -1 }]);
  });

  it("refuses what stands against a shock of BTC, is blocked or ends below the least score, and ranks the others without them", async () => {
    const signals = [
      aSignal({ symbol: "AUSDT", score: 9.5 }),
      aSignal({ symbol: "BUSDT", score: 9, direction: "short", stopPrice: 50_500, targetPrice: 49_000 }),
      aSignal({ symbol: "CUSDT", score: 8, direction: "short", stopPrice: 50_500, targetPrice: 49_000 }),
      aSignal({ symbol: "DUSDT", score: 5, direction: "short", stopPrice: 50_500, targetPrice: 49_000 }),
      aSignal({ symbol: "EUSDT", score: 7, strategy: "rsi", direction: "short", stopPrice: 50_500, targetPrice: 49_000 }),
    ];
    const desk = await tradingDesk(signals, signalsOnly, { btc: btcFalls });
    const block = { by: "test", atMs: 0, untilMs: undefined };
    await desk.control.blockSymbol({ ...block, symbol: "BUSDT", strategy: "ict-smc", reason: "lost at 10:00; blocked for 8 candles" });
    await desk.control.blockSymbol({ ...block, symbol: "EUSDT", strategy: "ict-smc", reason: "another strategy lost" });
    await desk.execute();

    const decisions = await desk.decisions.ofCycle("main", desk.cycleId);
    expect(decisions.map(({ symbol, rank, reasons }) => [rank, symbol, reasons[0]?.code])).toEqual([
      [1, "CUSDT", "TRADING_DISABLED"],
      [2, "EUSDT", "TRADING_DISABLED"],
      [3, "BUSDT", "SYMBOL_BLOCKED"],
      [4, "AUSDT", "BTC_SHOCK"],
      [5, "DUSDT", "SCORE_TOO_LOW"],
    ]);
    expect(decisions[2]?.reasons[0]?.reason).toBe("lost at 10:00; blocked for 8 candles");
    expect((await desk.cycle()).setAside).toHaveLength(3);
    expect((await desk.cycle()).decisions.map(({ symbol }) => symbol)).toEqual(["CUSDT", "EUSDT"]);
  });

  it("goes on when funding and books cannot be read, names what was unknown and changes no score for it", async () => {
    const desk = await tradingDesk([aSignal({ score: 7 })], signalsOnly, {
      btc: null,
      fundingRates: new ExchangeError("retryable", "no answer"),
      bookTops: new ExchangeError("retryable", "too many requests"),
    });
    await desk.execute();

    expect((await desk.decisions.ofCycle("main", desk.cycleId))[0]).toMatchObject({ score: 7, modifiers: [] });
    expect((await desk.decisions.facts("main", desk.cycleId))?.unknown).toEqual([
      "the funding rates could not be read: no answer",
      "the order books could not be read: too many requests",
      "what BTC does is unknown: no shard has reported its candle",
    ]);
    expect(await desk.cycle()).toMatchObject({ status: "executed" });
  });

  it("asks the market nothing in a cycle without signals", async () => {
    const desk = await tradingDesk([], signalsOnly, { fundingRates: new ExchangeError("fatal", "must not be asked") });
    await desk.execute();
    expect(await desk.decisions.facts("main", desk.cycleId)).toBeUndefined();
    expect(await desk.cycle()).toMatchObject({ status: "executed", decisions: [], setAside: [] });
  });

  it("decides a repeated cycle by the facts of its first run, whatever the market says by then", async () => {
    const signals = ["AUSDT", "BUSDT", "CUSDT", "DUSDT"].map((symbol, index) => aSignal({ symbol, score: 8 - index / 10 }));
    const cheap = signals.map(({ symbol }) => ({ symbol, ratePer8Hours: 0 }));
    const undisturbed = await tradingDesk(signals, undefined, { fundingRates: cheap });
    const whole = new Interruption();
    await undisturbed.execute(whole);
    // An entry whose outcome could not be learnt was attempted like one that stands.
    const enteredIn = async (desk: typeof undisturbed) =>
      (await desk.cycle()).decisions.flatMap(({ decision, symbol }) => (decision === "entered" || decision === "failed" ? [symbol] : []));
    const wanted = await enteredIn(undisturbed);
    expect(wanted).toEqual(["AUSDT", "BUSDT", "CUSDT"]);

    for (const moment of ["before", "after"] as const) {
      for (const [index, call] of whole.calls.entries()) {
        // Between the two deliveries the funding of the best turns dear and BTC is heard of.
        const desk = await tradingDesk(signals, undefined, { fundingRates: cheap });
        await desk.execute(new Interruption(index, moment)).catch(() => undefined);
        const wereKept = (await desk.decisions.facts("main", desk.cycleId)) !== undefined;
        desk.market.fundingRates = [{ symbol: "AUSDT", ratePer8Hours: 0.01 }];
        await desk.execute();
        const entered = await enteredIn(desk);
        // What the dead one may have sent is not known so far: nothing is entered beside it.
        const isInDoubt = (await desk.positions.open("main")).some(({ state }) => state === "entering");
        if (wereKept && isInDoubt) expect(wanted.slice(0, entered.length), `${moment} ${call}`).toEqual(entered);
        else if (wereKept) expect(entered, `${moment} ${call}`).toEqual(wanted);
        // Otherwise the second delivery is the first that ranks, and funding that is not known refuses.
        else expect(entered, `${moment} ${call}`).toEqual([]);
        expect(desk.exchange.held.size, `${moment} ${call}`).toBeLessThanOrEqual(3);
      }
    }
  });
});
