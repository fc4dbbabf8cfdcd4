import { aSignal } from "@winiswin/testkit/signals";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankSignals } from "./ranking.ts";
import { signalsHashOf } from "./signal.ts";

const limits = { maximumEntries: 3, maximumReviewed: 3, oppositeLead: 1 };
const on = (symbol: string, score: number, over = {}) => aSignal({ symbol, score, ...over });

describe("rankSignals", () => {
  it("chooses the three best and says of the others why not", () => {
    const ranked = rankSignals([on("A", 7), on("B", 9), on("C", 8), on("D", 7.5)], limits);
    expect(ranked.map(({ signal, setAside }) => [signal.symbol, setAside?.code])).toEqual([
      ["B", undefined],
      ["C", undefined],
      ["D", undefined],
      ["A", "NOT_IN_TOP"],
    ]);
  });

  it("takes neither of two opposite signals when none leads by a whole point", () => {
    const ranked = rankSignals([on("A", 8), on("A", 7.5, { strategy: "other", signalId: "other#A", direction: "short" })], limits);
    expect(ranked.map(({ setAside }) => setAside?.code)).toEqual(["OPPOSED", "OPPOSED"]);
  });

  it("takes the stronger of two opposite signals when it leads by a whole point", () => {
    const ranked = rankSignals([on("A", 8.5), on("A", 7.5, { strategy: "other", signalId: "other#A", direction: "short" })], limits);
    expect(ranked.map(({ setAside }) => setAside?.code)).toEqual([undefined, "OPPOSED"]);
  });

  it("enters a symbol once when two strategies agree", () => {
    const ranked = rankSignals([on("A", 8), on("A", 9, { strategy: "other", signalId: "other#A" })], limits);
    expect(ranked.map(({ setAside }) => setAside?.code)).toEqual([undefined, "SAME_SYMBOL"]);
  });

  it("decides and hashes the same whatever the order of arrival", () => {
    const signals = fc.uniqueArray(
      fc.record({ symbol: fc.constantFrom("A", "B", "C", "D", "E"), score: fc.integer({ min: 0, max: 10 }) }),
      { selector: (entry) => entry.symbol },
    );
    fc.assert(
      fc.property(signals, (entries) => {
        const inOrder = entries.map(({ symbol, score }) => on(symbol, score));
        const reversed = [...inOrder].reverse();
        expect(rankSignals(reversed, limits)).toEqual(rankSignals(inOrder, limits));
        expect(signalsHashOf(reversed)).toBe(signalsHashOf(inOrder));
      }),
    );
  });
});
