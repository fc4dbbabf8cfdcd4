import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandFailure } from "../command-failure.ts";
import { requireCandleFiles } from "./data-folder.ts";
import { parseStartFlags } from "./start-flags.ts";

const place = { workingFolder: "/home/trader", defaultStateFolder: "/checkout/.winiswin" };
const parse = (given: Record<string, unknown>) => parseStartFlags(given, place);

describe("the flags of winiswin start", () => {
  it("mean 650 generated symbols at 60x without an end when nothing is typed", () => {
    expect(parse({})).toEqual({
      market: { kind: "generated", symbols: 650, seed: "winiswin" },
      account: "paper",
      yes: false,
      newKey: false,
      speed: { kind: "accelerated", factor: 60 },
      fromMs: undefined,
      toMs: undefined,
      cycles: undefined,
      maximumSymbols: undefined,
      stateFolder: "/checkout/.winiswin",
      basePort: undefined,
      fresh: false,
      json: false,
    });
  });

  it("find folders from where the command was typed", () => {
    const options = parse({ market: "recorded", data: "../candles", state: "state" });

    expect(options.market).toEqual({ kind: "recorded", folder: "/home/candles" });
    expect(options.stateFolder).toBe("/home/trader/state");
  });

  it("run the replay of a real run: a recorded fortnight at full speed as JSON", () => {
    const options = parse({
      market: "recorded",
      data: "/candles",
      from: "2024-03-01T00:00:00Z",
      to: "2024-03-15",
      speed: "max",
      fresh: true,
      json: true,
    });

    expect(options).toMatchObject({ speed: { kind: "max" }, fromMs: 1_709_251_200_000, toMs: 1_710_460_800_000, fresh: true, json: true });
  });

  it("trade on paper unless another account is named", () => {
    expect(parse({ market: "binance" }).account).toBe("paper");
    expect(parse({ market: "binance", account: "live", yes: true })).toMatchObject({ account: "live", yes: true });
  });

  it("take --once for one cycle", () => {
    expect(parse({ once: true, json: true }).cycles).toBe(1);
  });

  it.each([
    [{ market: "spot" }, '--market is "spot" but must be generated, recorded, binance.'],
    [{ symbols: "0" }, '--symbols is "0" but must be a whole number from 1 to 2000 (symbols).'],
    [{ symbols: "1e3" }, '--symbols is "1e3" but must be a whole number from 1 to 2000 (symbols).'],
    [{ cycles: "-1" }, '--cycles is "-1" but must be a whole number'],
    [{ speed: "fast" }, '--speed is "fast" but must be real, max or a factor like 60x (2x to 600x).'],
    [{ speed: "601x" }, '--speed is "601x"'],
    [{ from: "2024-03-01T00:00:00" }, '--from is "2024-03-01T00:00:00" but must be a time in ISO form with its zone'],
    [{ to: "2024-02-30" }, '--to is "2024-02-30" but must be a time'],
    [{ seed: "" }, '--seed is "" but must not be empty.'],
    [{ data: "/candles" }, "--data is given, but the market is generated."],
    [{ market: "recorded" }, "--market recorded needs candles, but --data is missing."],
    [{ market: "recorded", data: "/candles", seed: "7" }, "--seed is given, but the market is recorded."],
    [{ market: "binance", speed: "60x" }, "--speed 60x is given, but the market is binance."],
    [{ market: "binance", from: "2024-03-01" }, "--from or --to is given, but the market is binance."],
    [{ speed: "real", from: "2024-03-01" }, "--from is given, but --speed real means now."],
    [{ from: "2024-03-02", to: "2024-03-01" }, "--to 2024-03-01 is not after --from 2024-03-02."],
    [{ from: "2024-03-02", to: "2024-03-02" }, "--to 2024-03-02 is not after"],
    [{ once: true, cycles: "2" }, "--once and --cycles are both given."],
    [{ account: "demo" }, "--account demo is given, but the market is generated, which has an account of its own."],
    [{ market: "recorded", data: "/candles", account: "paper" }, "--account paper is given, but the market is recorded"],
    [{ market: "binance", account: "real" }, '--account is "real" but must be paper, demo, live.'],
    [{ market: "binance", account: "demo", yes: true }, "--yes is given, but only --account live asks anything."],
    [{ market: "binance", newKey: true }, "--new-key is given, but only --account demo and live have a key."],
    [{ json: true }, "--json prints one document at the end, but this run has no end."],
  ])("refuse %j in one sentence with exit code 2", (given, sentence) => {
    const failure = failureOf(() => parse(given));

    expect(failure.message).toContain(sentence);
    expect(failure.hint).not.toBe("");
    expect(failure.exitCode).toBe(2);
  });
});

describe("a folder of candles", () => {
  it("is refused when it is absent, a file or without a csv file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "candles-"));
    try {
      await writeFile(join(folder, "notes.txt"), "");

      await expect(requireCandleFiles(join(folder, "absent"))).rejects.toThrow("does not exist");
      await expect(requireCandleFiles(join(folder, "notes.txt"))).rejects.toThrow("is a file, not a folder");
      await expect(requireCandleFiles(folder)).rejects.toThrow("holds no csv or csv.gz file");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is taken with one compressed file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "candles-"));
    try {
      await writeFile(join(folder, "BTCUSDT.csv.gz"), "");

      await expect(requireCandleFiles(folder)).resolves.toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function failureOf(run: () => unknown): CommandFailure {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandFailure) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
