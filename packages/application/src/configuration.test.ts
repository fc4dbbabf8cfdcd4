import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effectiveConfiguration, parseConfiguration } from "./configuration.ts";
import { settings } from "./configuration-settings.ts";

describe("parseConfiguration", () => {
  it("trades nothing unless told to", () => {
    const parsed = parseConfiguration({});
    expect(parsed).toMatchObject({ ok: true, value: { tradingEnabled: false, symbolMode: "all", maximumPositions: 3, shardCount: 16 } });
  });

  it("counts an empty variable as absent", () => {
    expect(parseConfiguration({ ENABLE_TRADING: "", MAX_SYMBOLS: "" })).toEqual(parseConfiguration({}));
  });

  it.each([
    ["ENABLE_TRADING", "yes", "must be true or false"],
    ["SYMBOL_MODE", "some", "must be all, auto or static"],
    ["MAX_SYMBOLS", "0", "whole number from 1 to 2000 (symbols)"],
    ["RISK_PER_TRADE_PERCENT", "50", "from 0.01 to 5 with at most 8 decimals (percent of equity lost at the stop)"],
    ["RISK_PER_TRADE_PERCENT", "0.3 %", "decimal number"],
    ["MAX_LEVERAGE", "1e3", "whole number from 1 to 125 (times)"],
    ["BINANCE_BASE_URL", "fapi.binance.com", "http or https address"],
    ["MIN_LEVERAGE", "50", "MIN_LEVERAGE 50 is above leverage.maximum 20: lower"],
    ["STATIC_SYMBOLS", "BTC/USDT", "must be symbols like BTCUSDT"],
  ])("refuses %s=%s in one sentence", (name, value, said) => {
    const parsed = parseConfiguration({ [name]: value });
    if (parsed.ok) throw new Error("was accepted");
    expect(parsed.failure).toHaveLength(1);
    expect(parsed.failure[0]).toContain(name);
    expect(parsed.failure[0]).toContain(said);
  });

  it("tells all faults at once", () => {
    const parsed = parseConfiguration({ ENABLE_TRADING: "1", MAX_SYMBOLS: "many" });
    expect(parsed).toMatchObject({
      ok: false,
      failure: [expect.stringContaining("ENABLE_TRADING"), expect.stringContaining("MAX_SYMBOLS")],
    });
  });

  it("wants symbols in static mode", () => {
    expect(parseConfiguration({ SYMBOL_MODE: "static" })).toMatchObject({
      ok: false,
      failure: [expect.stringContaining("SYMBOL_MODE static needs symbols but there are none")],
    });
    expect(parseConfiguration({ SYMBOL_MODE: "static", STATIC_SYMBOLS: " btcusdt, ETHUSDT BtcUsdt" })).toMatchObject({
      ok: true,
      value: { staticSymbols: ["BTCUSDT", "ETHUSDT"], shardCount: 1 },
    });
  });
});

describe("the file that is shipped", () => {
  const text = readFileSync(new URL("../../../winiswin.yaml", import.meta.url), "utf8");
  const effective = effectiveConfiguration({}, { name: "winiswin.yaml", text });
  if (!effective.ok) throw new Error(effective.failure.join("\n"));

  it("holds the defaults and every key outside of the strategies", () => {
    for (const { path, value, default: usual, origin } of effective.value.settings) {
      expect(value, path.join(".")).toEqual(usual);
      if (path.length === 2) expect(origin.kind, path.join(".")).toBe("file");
    }
    expect(JSON.stringify(effective.value.configuration)).toBe(JSON.stringify(defaults()));
  });

  it("says beside every key which variable wins over it", () => {
    for (const { path, variable } of Object.values(settings)) {
      if (path === undefined) continue;
      const line = text.split("\n").find((one) => one.startsWith(`  ${path[1]}: `));
      expect(line, path[1]).toMatch(/ # /);
      expect(/\[([A-Z_]+)\]$/.exec(line ?? "")?.[1], path[1]).toBe(variable);
    }
  });
});

function defaults() {
  const parsed = parseConfiguration({});
  return parsed.ok ? parsed.value : undefined;
}
