import { describe, expect, it } from "vitest";
import type { Benchmark } from "./benchmark.ts";
import { selectionOf } from "./selection.ts";

const benchmark = (name: string): Benchmark => ({ name, unit: "ms", run: async () => ({ value: 1, runs: 1, hash: "" }) });
const all = ["engine.candlesPerSecond", "cycle650.fetchMs", "cycle650.foldMs", "firstRun.installSeconds"].map(benchmark);
const namesFor = (...words: string[]) =>
  selectionOf(words, all, ({ name }) => name.startsWith("firstRun.")).benchmarks.map((chosen) => chosen.name);

describe("the choice of benchmarks", () => {
  it("leaves out what takes minutes unless it is named", () => {
    expect(namesFor()).toEqual(["engine.candlesPerSecond", "cycle650.fetchMs", "cycle650.foldMs"]);
    expect(namesFor("--only", "firstRun")).toEqual(["firstRun.installSeconds"]);
  });

  it("takes a whole name, a group, or several", () => {
    expect(namesFor("--only", "cycle650")).toEqual(["cycle650.fetchMs", "cycle650.foldMs"]);
    expect(namesFor("--only", "cycle650.foldMs", "--only=engine")).toEqual(["engine.candlesPerSecond", "cycle650.foldMs"]);
  });

  it("understands the dashes that npm leaves", () => {
    expect(selectionOf(["--only", "engine", "--", "--json"], all, () => false)).toMatchObject({
      json: true,
      benchmarks: [{ name: "engine.candlesPerSecond" }],
    });
  });

  it("names what there is when it does not know a name", () => {
    expect(() => namesFor("--only", "engines")).toThrow('There is no benchmark "engines"; there are engine.candlesPerSecond, ');
    expect(() => namesFor("--fast")).toThrow('"--fast" is not understood');
    expect(() => namesFor("--only")).toThrow('"--only" is not understood');
  });
});
