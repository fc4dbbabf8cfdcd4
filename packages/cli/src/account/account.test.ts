import { parseConfiguration } from "@winiswin/application/configuration";
import { price, quantity, usdt } from "@winiswin/domain/decimal";
import { anExchangePosition, anOpenPosition, someProtections } from "@winiswin/testkit/positions";
import { describe, expect, it } from "vitest";
import { CommandFailure } from "../command-failure.ts";
import { boundAccountOf, keyedAccountOf } from "./account-keys.ts";
import { type AccountPlan, planLines } from "./account-plan.ts";
import { foundLines, remainingLines, rememberedLines } from "./account-positions.ts";
import { confirmLiveStart, requireAnswerable } from "./confirm-start.ts";
import { exchangeAddressOf } from "./exchange-address.ts";

const keys = { BINANCE_API_KEY: "theKey0123456789", BINANCE_API_SECRET: "theSecret0123456789" };

describe("the address of an account", () => {
  it("is Binance's own for its kind unless another is configured, which may be one of this machine", () => {
    expect(exchangeAddressOf("demo", undefined)).toMatchObject({ baseUrl: "https://demo-fapi.binance.com", isStandIn: false });
    expect(exchangeAddressOf("live", "")).toMatchObject({ baseUrl: "https://fapi.binance.com", isStandIn: false });
    for (const kind of ["demo", "live"] as const)
      expect(exchangeAddressOf(kind, "http://127.0.0.1:4800/")).toEqual({
        baseUrl: "http://127.0.0.1:4800",
        host: "127.0.0.1:4800",
        isStandIn: true,
      });
  });

  it.each([
    ["demo", "https://fapi.binance.com", "fapi.binance.com, which is no demo exchange: its money is real"],
    ["demo", "https://proxy.example.com", "proxy.example.com, which is no demo exchange"],
    ["live", "https://demo-fapi.binance.com", "demo-fapi.binance.com, a demo exchange"],
    ["live", "https://testnet.binancefuture.com", "testnet.binancefuture.com, a demo exchange"],
    ["live", "http://fapi.binance.com", "leads to fapi.binance.com without encryption"],
    ["live", "fapi.binance.com", "is not the bare web address of an exchange"],
    ["live", "https://fapi.binance.com/fapi/v1", "is not the bare web address of an exchange"],
  ] as const)("of kind %s is not %s", (kind, configured, sentence) => {
    expect(() => exchangeAddressOf(kind, configured)).toThrow(sentence);
  });
});

describe("the key of an account", () => {
  it.each([
    [{}, "BINANCE_API_KEY and BINANCE_API_SECRET are missing"],
    [{ BINANCE_API_KEY: keys.BINANCE_API_KEY }, "BINANCE_API_SECRET is missing"],
    [{ ...keys, BINANCE_API_KEY: "the Key" }, "BINANCE_API_KEY contains spaces"],
    [{ ...keys, BINANCE_API_SECRET: "the\nSecret" }, "BINANCE_API_SECRET contains spaces"],
  ])("is refused in one sentence that names no part of it: %#", (environment, sentence) => {
    let failure: unknown;
    try {
      keyedAccountOf("demo", environment);
    } catch (error) {
      failure = error;
    }

    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure).toMatchObject({ message: expect.stringContaining(sentence), exitCode: 4 });
    expect((failure as CommandFailure).message).not.toMatch(/the\s?(Key|Secret)/);
  });

  it("leaves a mark on the state that tells accounts and keys apart and holds neither half", () => {
    const bound = boundAccountOf(keyedAccountOf("live", keys));
    const other = boundAccountOf(keyedAccountOf("live", { ...keys, BINANCE_API_KEY: "another0123456789" }));

    expect(bound).toMatchObject({ kind: "live", host: "fapi.binance.com" });
    expect(bound.keyMark).not.toBe(other.keyMark);
    expect(JSON.stringify(bound)).not.toMatch(/theKey|theSecret/);
  });
});

const found = { records: [anOpenPosition()], held: [anExchangePosition()], protections: someProtections() };
const stranger = anExchangePosition("XRPUSDT", { quantity: quantity("10"), entryPrice: price("2.5") });

describe("what is found on an account", () => {
  it("is nothing", () => {
    expect(foundLines({ records: [], held: [], protections: [] })).toEqual(["nothing: neither ours nor somebody else's"]);
  });

  it("is ours or somebody else's, each with what will be done", () => {
    expect(foundLines({ ...found, held: [...found.held, stranger] })).toEqual([
      "2 positions on the exchange, 1 of them ours, 1 somebody else's",
      "    BTCUSDT long 0.02 at 50,000: ours, its stop at 49,500 and 1 target on the exchange. It is guarded, trailed and closed by its rules from the first minute on.",
      "    XRPUSDT long 10 at 2.5: somebody else's, left alone; it takes a place, and XRPUSDT takes no entries (only /flatten and /close close it).",
    ]);
  });

  it("is loud about a position without a stop, and about orders of ours without a record", () => {
    expect(foundLines({ ...found, protections: [] })[1]).toContain(
      "NO STOP rests on the exchange. The guard gives it a stop within a minute, or closes it",
    );
    expect(foundLines({ ...found, records: [] })[1]).toContain("BUT orders with the marks of this program rest there");
  });

  it("tells of records that the exchange knows nothing of", () => {
    expect(foundLines({ ...found, held: [] })[1]).toContain("no longer on the exchange: its trade is booked from the fills");
  });
});

describe("what stays at the end", () => {
  it("is each position of ours with its stop, and what no longer happens to it", () => {
    const lines = remainingLines("fapi.binance.com", { ...found, held: [...found.held, stranger] });

    expect(lines[0]).toBe("1 position of ours stays open at fapi.binance.com:");
    expect(lines[1]).toBe("  BTCUSDT long 0.02 at 50,000: its stop at 49,500 and 1 target on the exchange.");
    expect(lines[2]).toContain("Until the next start nothing is trailed, moved, closed by time or by a rule");
    expect(lines).toHaveLength(3);
  });

  it("is nothing of ours, whatever else is there", () => {
    const held = [stranger];

    expect(remainingLines("h", { records: [], held: [], protections: [] })).toEqual(["Nothing of ours stays open at h."]);
    expect(remainingLines("h", { records: [], held, protections: [] })[0]).toContain("only what is somebody else's");
  });

  it("is told from our record where the exchange does not answer", () => {
    expect(rememberedLines("h", [anOpenPosition()], "no answer")).toEqual([
      "h does not tell what is open there (no answer); on our record is:",
      "  BTCUSDT long 0.02: a stop was last seen at 49,500.",
      "Look at the exchange itself, or start again.",
    ]);
  });
});

describe("the plan of a start", () => {
  const plan = (over: Partial<AccountPlan> & { readonly trading: string }): string => {
    const parsed = parseConfiguration({ ENABLE_TRADING: over.trading });
    if (!parsed.ok) throw new Error(parsed.failure.join());
    const amount = usdt("1000");
    return planLines({
      account: keyedAccountOf("live", keys),
      configuration: parsed.value,
      balance: { walletBalance: amount, availableBalance: amount, unrealisedProfit: usdt("0"), equity: amount },
      found: { records: [], held: [], protections: [] },
      halt: undefined,
      remarks: [],
      commandFor: (command) => `npx winiswin discord "${command}"`,
      ...over,
    }).join("\n");
  };

  it("says whose money, how much is risked, and how it is stopped, and no part of the key", () => {
    const said = plan({ trading: "true" });

    expect(said).toContain("LIVE account at fapi.binance.com: REAL MONEY.");
    expect(said).toContain("equity    1,000.00 USDT");
    expect(said).toMatch(/risk {6}0\.3 % of equity a trade, now 3\.00 USDT; at most 3 positions, now 9\.00 USDT at once/);
    expect(said).toContain("leverage  1x to 20x");
    expect(said).toContain("ON: ENABLE_TRADING is true, so the best signals of each cycle are entered with REAL money");
    expect(said).toContain('npx winiswin discord "/halt" keeps entries out');
    expect(said).not.toMatch(/theKey|theSecret/);
  });

  it("says that nothing is entered without the switch", () => {
    expect(plan({ trading: "false" })).toContain("OFF: ENABLE_TRADING is not true, so signals are recorded and nothing is entered");
  });

  it("says that a halt of before still keeps entries out, and what ends it", () => {
    const said = plan({ trading: "true", halt: { by: "trader", reason: "the weekend", atMs: 0 } });

    expect(said).toContain('entries   HELD BACK by trader (the weekend): nothing is entered until npx winiswin discord "/resume"');
    expect(said).not.toContain("ON: ENABLE_TRADING");
  });

  it("does not call the money of a stand-in real", () => {
    const account = keyedAccountOf("live", { ...keys, BINANCE_BASE_URL: "http://127.0.0.1:4800" });

    expect(plan({ trading: "true", account })).toMatch(/stands in: no real money[\s\S]*entered with play money/);
  });
});

describe("the confirmation of a live start", () => {
  const answering = (typed: string | undefined) => ({ ask: async () => typed, say: () => undefined });

  it("wants the word itself, or --yes", async () => {
    await expect(confirmLiveStart(answering("live"), false)).resolves.toBeUndefined();
    await expect(confirmLiveStart(answering(undefined), true)).resolves.toBeUndefined();
    for (const typed of ["yes", "", "LIVE!", undefined])
      await expect(confirmLiveStart(answering(typed), false)).rejects.toThrow("nothing was started and nothing was sent");
  });

  it("is refused beforehand where nobody can answer", () => {
    expect(() => requireAnswerable({ canAsk: false }, false)).toThrow("here is no terminal to answer in");
    expect(() => requireAnswerable({ canAsk: false }, true)).not.toThrow();
    expect(() => requireAnswerable({ canAsk: true }, false)).not.toThrow();
  });
});
