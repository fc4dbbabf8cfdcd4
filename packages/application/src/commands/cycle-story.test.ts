import { inMemorySignalStore } from "@winiswin/testkit";
import { aCycle } from "@winiswin/testkit/cycles";
import { aSignal } from "@winiswin/testkit/signals";
import { describe, expect, it } from "vitest";
import type { Decision } from "../ports/cycle-store.ts";
import { storyBlocks, storyIn, symbolsMeantBy } from "./cycle-story.ts";

const decisionOn = (strategy: string, over: Partial<Decision> = {}): Decision => ({
  signalId: `${strategy}#BTCUSDT`,
  symbol: "BTCUSDT",
  score: 8,
  rank: 1,
  decision: "entered",
  reasons: [],
  ...over,
});

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
    const story = await storyIn(cycle, ["BTCUSDT"], signals);

    expect(story?.candidates.map(({ signal, decision }) => [signal?.strategy, decision?.rank, decision?.decision])).toEqual([
      ["strong", 1, "entered"],
      ["weak", 2, "notRanked"],
    ]);
    expect(JSON.stringify(storyBlocks(story!, cycle))).toContain("weak long: not chosen: SAME_SYMBOL a better signal");
  });

  it("is ordered by the score that the ranking saw, which may not be the strategy's own", async () => {
    const signals = await storedSignals(["first", 8], ["second", 7]);
    const decisions = [decisionOn("first", { score: 6.5, rank: 2 }), decisionOn("second", { score: 7, rank: 1 })];

    const story = await storyIn(aCycle({ signals: 2, decisions }), ["BTCUSDT"], signals);

    expect(story?.candidates.map(({ signal }) => signal?.strategy)).toEqual(["second", "first"]);
  });

  it("keeps a decision whose signal has aged out, and a signal that is not decided yet", async () => {
    const cycle = aCycle({ signals: 2, executedAtMs: undefined, decisions: [decisionOn("gone", { score: 5 })] });
    const story = await storyIn(cycle, ["BTCUSDT"], await storedSignals(["waiting", 7]));

    expect(story?.candidates).toMatchObject([{ signal: { strategy: "waiting" }, decision: undefined }, { signal: undefined }]);
    const told = JSON.stringify(storyBlocks(story!, cycle));
    expect(told).toContain("waiting long: not decided yet");
    expect(told).toContain("gone#BTCUSDT: entered (its signal is not stored any more)");
  });

  it("is none where no strategy spoke", async () => {
    expect(await storyIn(aCycle({ signals: 0 }), ["BTCUSDT"], await storedSignals())).toBeUndefined();
    expect(await storyIn(aCycle({ signals: 1 }), ["ETHUSDT"], await storedSignals(["one", 7]))).toBeUndefined();
  });

  it.each([
    ["btc", ["BTCUSDT", "BTC"]],
    ["BTCUSDT", ["BTCUSDT"]],
    ["BTCUSDT_260327", ["BTCUSDT_260327USDT", "BTCUSDT_260327"]],
  ])("is about what %s means", (typed, symbols) => {
    expect(symbolsMeantBy(typed)).toEqual(symbols);
  });
});
