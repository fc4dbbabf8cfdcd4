import { inMemoryDecisionStore, inMemorySignalStore } from "@winiswin/testkit";
import { aCycle } from "@winiswin/testkit/cycles";
import { aDecision } from "@winiswin/testkit/decisions";
import { aSignal } from "@winiswin/testkit/signals";
import { describe, expect, it } from "vitest";
import type { Decision } from "../ports/cycle-store.ts";
import { storyBlocks, storyIn, symbolsMeantBy } from "./cycle-story.ts";
import { renderText } from "./render-text.ts";

const decisionOn = (strategy: string, over: Partial<Decision> = {}): Decision => aDecision({ strategy, ...over });

const bot = "main";

async function storedSignals(...strategies: readonly [string, number][]) {
  const signals = inMemorySignalStore();
  await signals.putAll(strategies.map(([strategy, score]) => aSignal({ strategy, score })));
  return signals;
}

describe("the story of a symbol in a cycle", () => {
  it("has every candidate, the best first, each with what became of it", async () => {
    const signals = await storedSignals(["weak", 6], ["strong", 9]);
    const opposed = decisionOn("weak", {
      score: 6,
      rank: 2,
      decision: "notRanked",
      reasons: [{ code: "SAME_SYMBOL", reason: "a better signal" }],
    });

    const cycle = aCycle({ signals: 2, decisions: [opposed, decisionOn("strong", { score: 9 })] });
    const story = await storyIn(cycle, ["BTCUSDT"], { signals, decisions: inMemoryDecisionStore(), bot });

    expect(story?.candidates.map(({ signal, decision }) => [signal?.strategy, decision?.rank, decision?.decision])).toEqual([
      ["strong", 1, "entered"],
      ["weak", 2, "notRanked"],
    ]);
    expect(JSON.stringify(storyBlocks(story!, cycle))).toContain("weak long: not chosen: SAME_SYMBOL a better signal");
  });

  it("is ordered by the score that the ranking saw, which may not be the strategy's own", async () => {
    const signals = await storedSignals(["first", 8], ["second", 7]);
    const decisions = [decisionOn("first", { score: 6.5, rank: 2 }), decisionOn("second", { score: 7, rank: 1 })];

    const story = await storyIn(aCycle({ signals: 2, decisions }), ["BTCUSDT"], { signals, decisions: inMemoryDecisionStore(), bot });

    expect(story?.candidates.map(({ signal }) => signal?.strategy)).toEqual(["second", "first"]);
  });

  it("keeps a decision whose signal has aged out, and a signal that is not decided yet", async () => {
    const cycle = aCycle({ signals: 2, executedAtMs: undefined, decisions: [decisionOn("gone", { score: 5 })] });
    const story = await storyIn(cycle, ["BTCUSDT"], {
      signals: await storedSignals(["waiting", 7]),
      decisions: inMemoryDecisionStore(),
      bot,
    });

    expect(story?.candidates).toMatchObject([{ signal: { strategy: "waiting" }, decision: undefined }, { signal: undefined }]);
    const told = JSON.stringify(storyBlocks(story!, cycle));
    expect(told).toContain("waiting long: not decided yet");
    expect(told).toContain("gone#BTCUSDT: entered (its signal is not stored any more)");
  });

  it("is none where no strategy spoke", async () => {
    const sources = async (...strategies: readonly [string, number][]) => ({
      signals: await storedSignals(...strategies),
      decisions: inMemoryDecisionStore(),
      bot,
    });
    expect(await storyIn(aCycle({ signals: 0 }), ["BTCUSDT"], await sources())).toBeUndefined();
    expect(await storyIn(aCycle({ signals: 1 }), ["ETHUSDT"], await sources(["one", 7]))).toBeUndefined();
  });

  it("tells the strategy's score, every modifier, the final score, the rank and the gate, and what was unknown, in plain words", async () => {
    const decisions = inMemoryDecisionStore();
    const cycle = aCycle({ signals: 9 });
    await decisions.putAll(bot, cycle.cycleId, [
      decisionOn("ict-smc", {
        baseScore: 7.2,
        score: 6.2,
        modifiers: [{ name: "BTC trend", points: -1, reason: "against BTC's 1h trend down" }],
        rank: 4,
        decision: "notRanked",
        reasons: [{ code: "NOT_IN_TOP", reason: "only the best 3 signals of a cycle are considered" }],
      }),
    ]);
    await decisions.keepFacts(bot, cycle.cycleId, {
      btc: undefined,
      fundingRates: {},
      spreadPercents: {},
      blocks: [],
      unknown: ["the funding rates could not be read: no answer"],
    });

    const story = await storyIn(cycle, ["BTCUSDT"], { signals: await storedSignals(["ict-smc", 7.2]), decisions, bot });
    const told = renderText({ title: "Why", tone: "neutral", blocks: storyBlocks(story!, cycle), atMs: 0 });

    expect(told).toContain("ict-smc long: not chosen: NOT_IN_TOP only the best 3 signals of a cycle are considered");
    expect(told).toContain("7.20 by the strategy, 6.20 in all");
    expect(told).toMatch(/BTC trend\s+-1\.00\s+against BTC's 1h trend down/);
    expect(told).toContain("4 of 9");
    expect(told).toContain("When it was ranked, the funding rates could not be read: no answer.");
  });

  it.each([
    ["btc", ["BTCUSDT", "BTC"]],
    ["BTCUSDT", ["BTCUSDT"]],
    ["BTCUSDT_260327", ["BTCUSDT_260327USDT", "BTCUSDT_260327"]],
  ])("is about what %s means", (typed, symbols) => {
    expect(symbolsMeantBy(typed)).toEqual(symbols);
  });
});
