import { anInstrument } from "@winiswin/testkit/instruments";
import { describe, expect, it } from "vitest";
import { chooseUniverse, needsVolumes, shardCountFor, shardOf } from "./universe.ts";

const listed = ["SOLUSDT", "BTCUSDT", "ETHUSDT"].map((symbol) => anInstrument({ symbol }));
const volumes = new Map([
  ["BTCUSDT", 900],
  ["ETHUSDT", 500],
  ["SOLUSDT", 700],
]);

describe("chooseUniverse", () => {
  it("takes every tradable perpetual in `all` and leaves out what a bot must not touch", () => {
    const traps = [
      anInstrument({ symbol: "AAPLUSDT", contractType: "TRADIFI_PERPETUAL" }),
      anInstrument({ symbol: "BTCUSDT_261225", contractType: "CURRENT_QUARTER" }),
      anInstrument({ symbol: "OLDUSDT", status: "SETTLING" }),
      anInstrument({ symbol: "BTCDOMUSDT", underlyingType: "INDEX" }),
      anInstrument({ symbol: "BTCUSDC", quoteAsset: "USDC", marginAsset: "USDC" }),
    ];
    const choice = { mode: "all", maximumSymbols: 10, staticSymbols: [] } as const;
    expect(chooseUniverse([...listed, ...traps], choice, new Map())).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
    expect(needsVolumes(listed, choice)).toBe(false);
  });

  it("keeps the most traded symbols when there are more than allowed", () => {
    const choice = { mode: "all", maximumSymbols: 2, staticSymbols: [] } as const;
    expect(needsVolumes(listed, choice)).toBe(true);
    expect(chooseUniverse(listed, choice, volumes)).toEqual(["BTCUSDT", "SOLUSDT"]);
  });

  it("keeps to the given list in `static`", () => {
    expect(chooseUniverse(listed, { mode: "static", maximumSymbols: 10, staticSymbols: ["ETHUSDT", "NONEUSDT"] }, volumes)).toEqual([
      "ETHUSDT",
    ]);
  });
});

describe("shards", () => {
  it("hold at most about 65 symbols and double when they must grow", () => {
    expect([1, 65, 66, 650].map(shardCountFor)).toEqual([1, 1, 2, 16]);
  });

  it("keep a symbol in its place or in the half that split off when the count doubles", () => {
    for (const symbol of ["BTCUSDT", "ETHUSDT", "币安人生USDT"]) {
      expect(shardOf(symbol, 16) % 8).toBe(shardOf(symbol, 8));
    }
  });
});
