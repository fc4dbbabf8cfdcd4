import { strategies } from "@winiswin/strategies";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveConfiguration, parseConfiguration } from "./configuration.ts";
import { configurationDocument } from "./configuration-document.ts";
import { sections, settingNames, settings } from "./configuration-settings.ts";

const file = (text: string) => ({ name: "winiswin.yaml", text });

function faultsOf(text: string, environment: Record<string, string> = {}): readonly string[] {
  const parsed = parseConfiguration(environment, file(text));
  if (parsed.ok) throw new Error("was accepted");
  return parsed.failure;
}

function configured(text: string, environment: Record<string, string> = {}) {
  const parsed = parseConfiguration(environment, file(text));
  if (!parsed.ok) throw new Error(parsed.failure.join("\n"));
  return parsed.value;
}

const plain = (configuration: unknown): unknown => JSON.parse(JSON.stringify(configuration));

describe("the file", () => {
  it.each([
    ["nothing", ""],
    ["comments", "# universe:\n#   mode: static\n"],
    ["empty sections", "universe:\nstrategies:\n  ict-smc:\n"],
  ])("with %s in it changes nothing", (_name, text) => {
    expect(plain(configured(text))).toEqual(plain(configured("")));
    expect(plain(parseConfiguration({}))).toEqual({ ok: true, value: plain(configured(text)) });
  });

  it("sets every limit that the execution reads", () => {
    const configuration = configured(`
ranking: { maximumEntries: 5, oppositeLead: 0.5, minimumScore: 7, blockAfterLossCandles: 0 }
sizing: { riskPerTradePercent: 0.5, slippageRate: 0.001, minimumNotionalFactor: 1.2, liquidationBufferFraction: 0.5 }
leverage: { at70Percent: 2, at90Percent: 6, at100Percent: 8, minimum: 2, maximum: 8 }
risk:
  maximumCycleAgeSeconds: 60
  maximumEntryDriftFraction: 0.1
  maximumGrossExposure: 1.5
  delistingNoticeDays: 7
  maximumImpactFraction: 0.2
  minimumDayVolume: 1000000
  maximumFundingPercent: 0.05
  maximumNetExposure: 1
  maximumGroupExposure: 0.8
  groupCorrelation: 0.6
protections:
  cooldownCandles: 3
  stopLossGuardStops: 5
  stopLossGuardCandles: 48
  stopLossGuardPauseCandles: 24
  maximumDailyLossPercent: 2
  maximumDrawdownPercent: 10
  lowProfitTrades: 4
  lowProfitMaximumLossR: 2.5
  lowProfitPauseCandles: 192
`);

    expect(plain(configuration)).toMatchObject({
      ranking: { maximumEntries: 5, oppositeLead: 0.5, minimumScore: 7, blockAfterLossCandles: 0 },
      riskPerTradePercent: "0.5",
      slippageRate: "0.001",
      minimumNotionalFactor: "1.2",
      liquidationBufferFraction: "0.5",
      leverage: { base: 2, at90Percent: 6, at100Percent: 8, minimum: 2, maximum: 8 },
      risk: {
        maximumCycleAgeMs: 60_000,
        maximumEntryDriftFraction: "0.1",
        maximumGrossExposure: "1.5",
        liquidationBufferFraction: "0.5",
        delistingNoticeDays: 7,
        maximumImpactFraction: "0.2",
        minimumDayVolume: 1_000_000,
        maximumFundingPercent: 0.05,
        maximumNetExposure: "1",
        maximumGroupExposure: "0.8",
        groupCorrelation: 0.6,
        cooldownCandles: 3,
        stopLossGuard: { stops: 5, withinCandles: 48, pauseCandles: 24 },
        maximumDailyLossPercent: "2",
        maximumDrawdownPercent: "10",
        lowProfit: { trades: 4, maximumLossR: 2.5, pauseCandles: 192 },
      },
    });
  });

  it("lists symbols, and the number of shards follows", () => {
    expect(configured("universe:\n  mode: static\n  symbols: [BTCUSDT, ETHUSDT, BTCUSDT]\n")).toMatchObject({
      symbolMode: "static",
      staticSymbols: ["BTCUSDT", "ETHUSDT"],
      shardCount: 1,
    });
    expect(configured("universe: { shardCount: 8 }").shardCount).toBe(8);
  });

  it("yields to the environment", () => {
    const text = "sizing:\n  riskPerTradePercent: 0.5\n";

    expect(configured(text, { RISK_PER_TRADE_PERCENT: "1" }).riskPerTradePercent.toFixed()).toBe("1");
    expect(configured(text, { RISK_PER_TRADE_PERCENT: "" }).riskPerTradePercent.toFixed()).toBe("0.5");
  });
});

describe("a wrong file", () => {
  it.each([
    [
      "a value out of its range",
      "sizing:\n  riskPerTradePercent: 50\n",
      'winiswin.yaml line 2: sizing.riskPerTradePercent is "50" but must be a decimal number from 0.01 to 5 with at most 8 decimals (percent of equity lost at the stop)',
    ],
    [
      "a word for a number",
      "risk:\n\n  maximumPositions: many\n",
      'winiswin.yaml line 3: risk.maximumPositions is "many" but must be a whole number from 1 to 50 (positions)',
    ],
    [
      "a list for a number",
      "risk: { minimumListingAgeDays: [1] }",
      'winiswin.yaml line 1: risk.minimumListingAgeDays is "[1]" but must be a whole number from 0 to 3650 (days)',
    ],
    ["a word for a list", "universe: { symbols: BTCUSDT }", 'universe.symbols is "BTCUSDT" but must be symbols like BTCUSDT and ETHUSDT'],
    ["an unknown mode", "universe: { mode: some }", 'universe.mode is "some" but must be all, auto or static'],
    ["a number without end", "risk: { maximumGrossExposure: .inf }", 'is "Infinity" but must be a decimal number'],
    ["a typing error", "sizing: { riskPerTradePercnt: 1 }", "sizing.riskPerTradePercnt is unknown: did you mean riskPerTradePercent?"],
    ["another way of writing", "risk: { maximum_positions: 1 }", "risk.maximum_positions is unknown: did you mean maximumPositions?"],
    ["a section with a typing error", "sizng: { }", "winiswin.yaml line 1: sizng is unknown: did you mean sizing?"],
    ["a key without its section", "riskPerTradePercent: 1", "riskPerTradePercent is unknown: did you mean sizing.riskPerTradePercent?"],
    ["a key in another section", "risk: { at70Percent: 1 }", "risk.at70Percent is unknown: did you mean leverage.at70Percent?"],
    ["a variable", "MAX_LEVERAGE: 5", "MAX_LEVERAGE is unknown: did you mean leverage.maximum?"],
    [
      "something else",
      "moon: { }",
      "moon is unknown: the sections here are strategies, universe, ranking, sizing, leverage, news, dataset, risk",
    ],
    ["the switch", "ENABLE_TRADING: true", "ENABLE_TRADING is not set in this file: set ENABLE_TRADING in .env or the environment"],
    ["the switch by another name", "trading: true", "trading is not set in this file: set ENABLE_TRADING in .env or the environment"],
    ["a section that is none", "sizing: 5", "sizing must be a section with keys of its own"],
    ["a file that is a list", "- 1", "winiswin.yaml must be sections of keys: strategies, universe"],
    ["no YAML", "sizing: [1", "winiswin.yaml line 1 is not valid YAML (bad indent)"],
    [
      "a key given twice",
      "risk:\n  maximumPositions: 1\n  maximumPositions: 2\n",
      "winiswin.yaml line 3 is not valid YAML (duplicate key)",
    ],
    ["two documents", "risk:\n---\nrisk:\n", "is not valid YAML (multiple docs)"],
    ["an unknown tag", "risk: !x 5", "is not valid YAML (tag resolve failed)"],
    ["an unknown strategy", "strategies: { ict-smk: { enabled: true } }", "strategies.ict-smk is unknown: did you mean ict-smc?"],
    ["a strategy that is a switch", "strategies: { rsi: true }", "strategies.rsi must have the keys enabled and parameters"],
    ["a switch that is none", "strategies: { rsi: { enabled: yes } }", 'strategies.rsi.enabled is "yes" but must be true or false'],
    ["a switch with a typing error", "strategies: { rsi: { enable: true } }", "strategies.rsi.enable is unknown: did you mean enabled?"],
    ["parameters that are none", "strategies: { rsi: { parameters: 1 } }", "strategies.rsi.parameters must be a section of parameters"],
    [
      "a parameter out of its range",
      "strategies:\n  ict-smc:\n    parameters:\n      minimumConfidence: 7\n",
      'winiswin.yaml line 4: strategies.ict-smc.parameters.minimumConfidence is "7" but must be a number from 0 to 1: Confidence from which a signal is given (fraction 0 to 1)',
    ],
    [
      "a parameter that is no number",
      "strategies: { ict-smc: { parameters: { retestBars: 2.5 } } }",
      'strategies.ict-smc.parameters.retestBars is "2.5" but must be a whole number from 1 to 500: How long after a break its level can be retested (15m candles)',
    ],
    [
      "a parameter with a typing error",
      "strategies: { ict-smc: { parameters: { minimumConfidense: 0.5 } } }",
      "strategies.ict-smc.parameters.minimumConfidense is unknown: did you mean minimumConfidence?",
    ],
    ["no strategy at all", "strategies: { ict-smc: { enabled: false } }", "strategies has none that is enabled: enable one"],
    [
      "limits that contradict one another",
      "leverage:\n  minimum: 9\n  maximum: 3\n",
      "winiswin.yaml line 2: leverage.minimum 9 is above winiswin.yaml line 3: leverage.maximum 3: lower the first or raise the second",
    ],
    [
      "margins that contradict one another",
      "sizing: { minimumMarginPercent: 20 }",
      "sizing.minimumMarginPercent 20 is above sizing.maximumMarginPercent 13",
    ],
    ["no symbols in static mode", "universe: { mode: static }", "universe.mode static needs symbols but there are none"],
  ])("is refused for %s", (_name, text, said) => {
    const faults = faultsOf(text);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(said);
  });

  it("is told all its faults at once, those of the environment too", () => {
    const faults = faultsOf("sizing: { riskPerTradePercent: 9 }\nrisk: { x: 1, maximumPositions: 0 }\nstrategies: { no: { } }\n", {
      SYMBOL_MODE: "some",
    });

    expect(faults.map((sentence) => sentence.split(" is ")[0])).toEqual([
      "winiswin.yaml line 2: risk.x",
      "SYMBOL_MODE",
      "winiswin.yaml line 1: sizing.riskPerTradePercent",
      "winiswin.yaml line 2: risk.maximumPositions",
      "winiswin.yaml line 3: strategies.no",
    ]);
  });

  it.each(["binanceApiKey", "BINANCE_API_SECRET", "discordWebhookUrl", "botToken", "password"])("never repeats a secret: %s", (key) => {
    for (const text of [
      `${key}: hunter2`,
      `sizing: { ${key}: hunter2 }`,
      `strategies: { rsi: { ${key}: hunter2, parameters: { ${key}: hunter2 } } }`,
    ]) {
      const faults = faultsOf(text);

      expect(faults.join()).toContain("looks like a secret, which never belongs in this file: set it in .env");
      expect(faults.join()).not.toContain("hunter2");
    }
    expect(faultsOf(`${key}: "hunter2`).join()).not.toContain("hunter2");
  });

  it("never ends in an exception, whatever it holds", () => {
    const words = fc.constantFrom(
      "risk",
      "sizing",
      "strategies",
      "rsi",
      "parameters",
      "enabled",
      ":",
      " ",
      "\n",
      "  ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "*a",
      "&a ",
      "<<",
      "1",
      "true",
      "!",
      '"',
      "#",
      "|",
      ">",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 30 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const parsed = parseConfiguration({}, file(text));
          expect(parsed.ok || parsed.failure.length > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("strategies", () => {
  it("of which one is enabled unless said otherwise", () => {
    expect(configured("").strategies.map(({ strategy }) => strategy.name)).toEqual(["ict-smc"]);
  });

  it("are enabled by name and asked with their parameters, the others at their defaults", () => {
    const { strategies: chosen } = configured(
      "strategies:\n  ict-smc: { enabled: false }\n  rsi: { enabled: true }\n  order-flow:\n    enabled: true\n    parameters: { minimumScore: 7 }\n",
    );

    expect(chosen.map(({ strategy }) => strategy.name)).toEqual(["order-flow", "rsi"]);
    expect(chosen[0]?.parameters).toMatchObject({ minimumScore: 7, divergenceCandles: 3 });
  });

  it("keep their switch when only parameters are given", () => {
    expect(configured("strategies: { ict-smc: { parameters: { minimumConfidence: 0.8 } } }").strategies[0]?.parameters).toMatchObject({
      minimumConfidence: 0.8,
    });
  });
});

describe("what is in force", () => {
  it("is told with its origin and its default", () => {
    const effective = effectiveConfiguration(
      { MAX_LEVERAGE: "10" },
      file("leverage:\n  maximum: 5\n  minimum: 2\nstrategies:\n  rsi:\n    enabled: true\n"),
    );
    if (!effective.ok) throw new Error(effective.failure.join());
    const of = (path: string) => effective.value.settings.find((setting) => setting.path.join(".") === path);

    expect(of("leverage.maximum")).toMatchObject({ value: 10, default: 20, origin: { kind: "environment", variable: "MAX_LEVERAGE" } });
    expect(of("leverage.minimum")).toMatchObject({ value: 2, default: 1, origin: { kind: "file", file: "winiswin.yaml", line: 3 } });
    expect(of("leverage.at70Percent")).toMatchObject({ value: 3, origin: { kind: "default" } });
    expect(of("strategies.rsi.enabled")).toMatchObject({ value: true, default: false, origin: { kind: "file", line: 6 } });
    expect(of("ENABLE_TRADING")).toMatchObject({ value: "false", origin: { kind: "default" } });
  });

  it("covers every setting and every strategy", () => {
    const effective = effectiveConfiguration({});
    if (!effective.ok) throw new Error(effective.failure.join());
    const told = effective.value.settings.map(({ path }) => path.join("."));

    for (const name of settingNames) expect(told).toContain(settings[name].path?.join(".") ?? settings[name].variable);
    for (const { name } of strategies) expect(told).toContain(`strategies.${name}.enabled`);
    expect(new Set(told).size).toBe(told.length);
  });

  it("printed as JSON and read again gives itself", () => {
    const digits = (high: number) => fc.integer({ min: 0, max: high });
    const choice = fc.record({
      universe: fc.record({
        mode: fc.constantFrom("all", "auto", "static"),
        symbols: fc.subarray(["BTCUSDT", "1000PEPEUSDT", "币安人生USDT", "BTCUSDT_260327"], { minLength: 1 }),
        maximumSymbols: fc.integer({ min: 1, max: 2000 }),
        shardCount: fc.oneof(fc.constant("auto"), fc.integer({ min: 1, max: 64 })),
      }),
      ranking: fc.record({
        maximumEntries: fc.integer({ min: 1, max: 50 }),
        oppositeLead: digits(1_000_000_000).map((part) => part / 1e8),
      }),
      sizing: fc.record({
        riskPerTradePercent: digits(499_000_000).map((part) => (part + 1_000_000) / 1e8),
        slippageRate: digits(5_000_000).map((part) => part / 1e8),
      }),
      leverage: fc.record({ at70Percent: fc.integer({ min: 1, max: 125 }), at90Percent: fc.integer({ min: 1, max: 125 }) }),
      risk: fc.record({ maximumEntryDriftFraction: digits(100_000_000).map((part) => part / 1e8) }),
      strategies: fc.record({
        "ict-smc": fc.record({
          enabled: fc.constant(true),
          parameters: fc.record({ minimumConfidence: fc.double({ min: 0, max: 1, noNaN: true }) }),
        }),
        rsi: fc.record({ enabled: fc.boolean() }),
      }),
    });
    const environment = fc.record(
      { MAX_LEVERAGE: digits(124).map((part) => String(part + 1)), ENABLE_TRADING: fc.constantFrom("true", "false") },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(choice, environment, (content, variables) => {
        const first = effectiveConfiguration(variables, file(JSON.stringify(content)));
        if (!first.ok) throw new Error(first.failure.join());
        const printed = configurationDocument(first.value);
        const second = effectiveConfiguration({ ...printed.environment }, file(JSON.stringify(printed.configuration)));
        if (!second.ok) throw new Error(second.failure.join());

        expect(plain(second.value.configuration)).toEqual(plain(first.value.configuration));
        expect(configurationDocument(second.value).configuration).toEqual(printed.configuration);
      }),
    );
  });

  it("knows no key twice over", () => {
    const keys = [...sections.values()].flatMap((section) => [...section.keys()]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
