import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkConfiguration } from "../doctor/settings.ts";
import { parseStartFlags } from "../flags/start-flags.ts";
import { handlerEnvironment } from "./handler-environment.ts";
import { listedSymbols, requireListed } from "./known-symbols.ts";
import { continuingLine, openingLine, simulatedTimeLine, tradingLine } from "./opening-lines.ts";
import { endLineOf, recordedSpanOf, requireQuarterHours, runSpan } from "./recorded-span.ts";
import { requireDeletable, requireWritable } from "./state-folder.ts";

const options = (given: Record<string, unknown> = {}) => parseStartFlags(given, { workingFolder: "/", defaultStateFolder: "/state" });
const candles = { market: "recorded", data: "/candles" };

describe("trading", () => {
  it.each([
    ["the generated market", {}, {}, true],
    ["a recorded market", candles, {}, true],
    ["a person who says true", {}, { ENABLE_TRADING: "true" }, true],
    ["a person who says false", {}, { ENABLE_TRADING: "false" }, false],
    ["an empty wish", {}, { ENABLE_TRADING: "" }, true],
    ["live prices without a word", { market: "binance" }, {}, false],
    ["live prices and an empty wish", { market: "binance" }, { ENABLE_TRADING: "" }, false],
    ["live prices and a person who says true", { market: "binance" }, { ENABLE_TRADING: "true" }, true],
    ["live prices and a person who says false", { market: "binance" }, { ENABLE_TRADING: "false" }, false],
  ])("for %s", (_name, flags, environment, expected) => {
    const { variables, tradingEnabled } = handlerEnvironment(options(flags), environment);

    expect(tradingEnabled).toBe(expected);
    expect(variables.ENABLE_TRADING).toBe(String(expected));
  });

  it("does not guess what a typing error means", () => {
    expect(() => handlerEnvironment(options(), { ENABLE_TRADING: "yes" })).toThrow('ENABLE_TRADING is "yes" but must be true or false');
  });

  it("is told with what money", () => {
    expect(openingLine(options(), undefined)).toBe(
      "Winiswin: a generated market of 650 symbols (seed winiswin), 60 times as fast as real time (a cycle every 15 s).",
    );
    expect(tradingLine(options(), true)).toBe("Trading is ON against the built-in simulated exchange (no real money, no account).");
    const paper = "Paper trading: prices of the real Binance, orders only in this machine's simulated account.";
    expect(tradingLine(options({ market: "binance" }), true)).toBe(
      `${paper} ENABLE_TRADING is true: paper orders are placed, no real money, no key.`,
    );
    expect(tradingLine(options({ market: "binance" }), false)).toBe(
      `${paper} ENABLE_TRADING is not true: signals are recorded and no paper order is placed; set it to true for paper orders.`,
    );
    expect(tradingLine(options(), false)).toContain("because ENABLE_TRADING is false");
  });
});

describe("the time of the market", () => {
  const nowMs = Date.UTC(2024, 2, 1, 0, 1);

  it("is told as simulated, unless it is the real one", () => {
    expect(simulatedTimeLine(options(candles), nowMs)).toBe(
      "All times are simulated: the market's clock (UTC) stands at 2024-03-01 00:01:00 and is not the clock of this machine.",
    );
    expect(simulatedTimeLine(options(), nowMs)).toBeDefined();
    expect(simulatedTimeLine(options({ market: "binance" }), nowMs)).toBeUndefined();
    expect(simulatedTimeLine(options({ speed: "real" }), nowMs)).toBeUndefined();
  });
});

describe("the environment of the handlers", () => {
  it("lets this machine's operator ask, beside those who may already", () => {
    expect(handlerEnvironment(options(), {}).variables.DISCORD_ALLOWED_USERS).toBe("1");
    expect(handlerEnvironment(options(), { DISCORD_ALLOWED_USERS: "42" }).variables.DISCORD_ALLOWED_USERS).toBe("42,1");
  });

  it("never carries an address of the exchange: the market of the run has its own", () => {
    expect(handlerEnvironment(options(), { BINANCE_BASE_URL: "nonsense" }).variables).not.toHaveProperty("BINANCE_BASE_URL");
  });

  it("names the file of settings by its whole path, or nothing that could be read instead", () => {
    const file = { path: "/checkout/winiswin.yaml", name: "winiswin.yaml", text: "risk: { maximumPositions: 2 }" };

    expect(handlerEnvironment(options(), {}, file).variables.WINISWIN_CONFIG).toBe("/checkout/winiswin.yaml");
    expect(handlerEnvironment(options(), {}).variables.WINISWIN_CONFIG).toBe("/dev/null");
    expect(() => handlerEnvironment(options(), {}, { ...file, text: "risk: { maximumPositions: 0 }" })).toThrow(
      "winiswin.yaml line 1: risk.maximumPositions",
    );
  });

  it("limits the symbols as asked", () => {
    expect(handlerEnvironment(options({ symbols: "900" }), {}).variables.MAX_SYMBOLS).toBe("900");
  });
});

describe("symbols that are named one by one", () => {
  const listed = listedSymbols({ kind: "generated", symbols: 20, seed: "winiswin" }, Date.UTC(2026, 0, 1));

  it("are taken from the settings in either case", () => {
    const { namedSymbols } = handlerEnvironment(options(), { SYMBOL_MODE: "static", STATIC_SYMBOLS: "btcusdt, ethusdt" });

    expect(namedSymbols).toEqual(["BTCUSDT", "ETHUSDT"]);
    expect(() => requireListed(namedSymbols ?? [], listed)).not.toThrow();
    expect(handlerEnvironment(options(), { STATIC_SYMBOLS: "BTCUSDT" }).namedSymbols).toBeUndefined();
  });

  it("are refused when the market does not list them, with the nearest one", () => {
    expect(() => requireListed(["BTCUSDT", "ETUSDT"], listed)).toThrow(
      "The symbol ETUSDT of STATIC_SYMBOLS (universe.symbols) is not in this market: did you mean ETHUSDT?",
    );
    expect(() => requireListed(["NOTHINGLIKEIT"], ["BTCUSDT"])).toThrow("is not in this market.");
  });
});

describe("settings of the command itself", () => {
  it("are refused in one sentence, a secret without its value", () => {
    expect(() => handlerEnvironment(options(), { LOG_LEVEL: "loud" })).toThrow('LOG_LEVEL is "loud" but must be info, warn or error.');
    expect(() => handlerEnvironment(options(), { DISCORD_WEBHOOK_URL: "notaurl" })).toThrow(/^DISCORD_WEBHOOK_URL is no web address/);
    expect(() => handlerEnvironment(options(), { LOG_LEVEL: "warn", DISCORD_WEBHOOK_URL: "" })).not.toThrow();
  });

  it("are findings of the doctor", () => {
    const findings = checkConfiguration({ LOG_LEVEL: "loud", DISCORD_WEBHOOK_URL: "notaurl" });

    expect(findings.map(({ level }) => level)).toEqual(["problem", "problem"]);
    expect(JSON.stringify(findings)).not.toContain("notaurl");
  });
});

describe("a second start", () => {
  it("says from where it goes on", () => {
    expect(continuingLine("2026-11-21T10:15:00Z", "2 open, 1 closing", Date.UTC(2026, 10, 21, 10, 20), true)).toBe(
      "Continuing from cycle 2026-11-21T10:15:00Z, positions: 2 open, 1 closing; the clock stands at 2026-11-21 10:20:00 UTC (--fresh starts over).",
    );
  });

  it("deletes only what is its own", () => {
    const folder = mkdtempSync(join(tmpdir(), "fresh-"));
    try {
      expect(() => requireDeletable(join(folder, "absent"))).not.toThrow();
      expect(() => requireDeletable(folder)).not.toThrow();
      writeFileSync(join(folder, "exchange.jsonl"), "");
      expect(() => requireDeletable(folder)).not.toThrow();
      mkdirSync(join(folder, "photos"));
      expect(() => requireDeletable(folder)).toThrow("holds files that are not the state of winiswin");
      writeFileSync(join(folder, "state.json"), "{}");
      expect(() => requireDeletable(folder)).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a folder for the state", () => {
  it("is refused at once where nothing can be created", () => {
    expect(() => requireWritable("/proc/winiswin")).toThrow("The state folder /proc/winiswin cannot be written");
  });
});

describe("the span of a recorded run", () => {
  const span = { symbols: ["BTCUSDT"], startMs: Date.UTC(2023, 0, 1), endMs: Date.UTC(2025, 0, 1), defects: [], unusable: undefined };
  const none = { fromMs: undefined, toMs: undefined };

  it("is the whole recording unless less is wished", () => {
    expect(runSpan(span, none)).toEqual({ fromMs: span.startMs, toMs: span.endMs });
    expect(runSpan(span, { fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2030, 0, 1) })).toEqual({
      fromMs: Date.UTC(2024, 0, 1),
      toMs: span.endMs,
    });
  });

  it("needs a close, which comes a quarter of an hour after its begin", () => {
    const fromMs = Date.UTC(2024, 0, 1);
    const quarter = Date.UTC(2024, 0, 1, 0, 15);

    expect(runSpan(span, { fromMs, toMs: quarter }).toMs).toBe(quarter);
    expect(() => runSpan(span, { fromMs, toMs: quarter - 1 })).toThrow(
      "--to 2024-01-01 00:14 lies before the first close that can be analysed, 2024-01-01 00:15 (UTC)",
    );
  });

  it("says where it ends when more is wished than there is", () => {
    expect(endLineOf(span, Date.UTC(2030, 0, 1))).toEqual([
      "--to 2030-01-01 00:00 lies beyond the recording: the run ends with its last candle at 2025-01-01 00:00 (UTC).",
    ]);
    expect(endLineOf(span, span.endMs)).toEqual([]);
  });

  it("is refused outside of the recording", () => {
    expect(() => runSpan(span, { ...none, fromMs: Date.UTC(2026, 0, 1) })).toThrow("--from 2026-01-01 00:00 lies outside of the recording");
    expect(() => runSpan(span, { ...none, toMs: Date.UTC(2022, 0, 1) })).toThrow("--to 2022-01-01 00:00 lies before the recording");
  });
});

describe("a folder of recordings", () => {
  const fromMs = Date.UTC(2024, 2, 1);
  const rows = (count: number, stepMs: number) =>
    Array.from({ length: count }, (_, index) => `${fromMs + index * stepMs},100,101,99,100,5`);
  const folderOf = (lines: readonly string[]): string => {
    const folder = mkdtempSync(join(tmpdir(), "recordings-"));
    writeFileSync(join(folder, "BTCUSDT.csv"), ["open_time,open,high,low,close,volume", ...lines, ""].join("\n"));
    return folder;
  };

  it("tells of each file what was kept out and what is missing", () => {
    const lines = rows(200, 900_000);
    lines[50] = lines[50]!.replace(",101,99,", ",99,101,");
    lines.splice(113, 30);
    const folder = folderOf(lines);
    try {
      expect(recordedSpanOf(folder).defects).toEqual([
        "BTCUSDT.csv: 1 unsound row kept out (line 52), 31 candles missing from 2024-03-01 12:30",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says nothing of whole files", () => {
    const folder = folderOf(rows(20, 900_000));
    try {
      expect(recordedSpanOf(folder)).toMatchObject({ symbols: ["BTCUSDT"], defects: [] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is refused with candles that are coarser than a quarter of an hour", () => {
    const folder = folderOf(rows(20, 3_600_000));
    try {
      expect(() => requireQuarterHours(recordedSpanOf(folder))).toThrow(
        `${join(folder, "BTCUSDT.csv")} holds candles 60 minutes apart, but 15-minute candles are needed.`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
