import { defineCommand } from "@winiswin/application/commands/command";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseCommandLine } from "./command-line.ts";
import { registrationOf } from "./registration.ts";

describe("a command line", () => {
  test.each([
    ["/status", { name: "status", options: {} }],
    ["  /why symbol:BTCUSDT  ", { name: "why", options: { symbol: "BTCUSDT" } }],
    ["/why BTCUSDT", { name: "why", options: { symbol: "BTCUSDT" } }],
    ['/why symbol:"BTC USDT"', { name: "why", options: { symbol: "BTC USDT" } }],
    ["/why 币安人生USDT", { name: "why", options: { symbol: "币安人生USDT" } }],
    ["/signals cycle:2026-11-21T10:15:00Z", { name: "signals", options: { cycle: "2026-11-21T10:15:00Z" } }],
    ["/signals 2026-11-21T10:15:00Z", { name: "signals", options: { cycle: "2026-11-21T10:15:00Z" } }],
    ["/stats trades:50", { name: "stats", options: { trades: 50 } }],
    ["/stats trades:many", { name: "stats", options: { trades: "many" } }],
    ["/nonsense a:b", { name: "nonsense", options: { a: "b" } }],
  ])("%s is read as Discord would", (line, expected) => {
    expect(parseCommandLine(line)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["", 'begins with a slash, like "/status"'],
    ["status", 'begins with a slash, like "/status"'],
    ["/", 'begins with a slash, like "/status"'],
    ["/status now", '"now" belongs to no option of /status'],
    ["/why A B", '"B" belongs to no option of /why'],
    ["/why symbol:A symbol:B", 'the option "symbol" is given twice'],
    ["/why symbol:", 'the option "symbol" has no value'],
    ['/why symbol:"BTC', "a double quote is not closed"],
  ])("%j is answered with how it is meant to be written", (line, sentence) => {
    expect(parseCommandLine(line)).toMatchObject({ ok: false, failure: expect.stringContaining(sentence) });
  });
});

describe("the registration", () => {
  test("holds every command with its options and the default of being hidden", () => {
    const registration = registrationOf();

    expect(registration.map(({ name }) => name)).toEqual(["status", "balance", "positions", "signals", "why", "stats", "help"]);
    expect(registration.find(({ name }) => name === "why")).toEqual({
      type: 1,
      name: "why",
      description: "Why the latest signal of a symbol was or was not traded",
      default_member_permissions: "0",
      options: [{ type: 3, name: "symbol", description: "The symbol, like BTCUSDT; BTC means BTCUSDT", required: true }],
    });
    expect(registration.find(({ name }) => name === "stats")).toMatchObject({
      options: [{ type: 4, name: "trades", required: false, min_value: 1, max_value: 1000 }],
    });
  });

  const aCommand = (over: { name?: string; summary?: string; arguments?: z.ZodMiniObject }) =>
    defineCommand({
      name: "good",
      summary: "A good one",
      arguments: z.strictObject({}),
      danger: "read",
      run: async (context) => ({ title: "", tone: "neutral", blocks: [], atMs: context.clock.nowMs() }),
      ...over,
    });

  test.each([
    [[aCommand({ name: "Bad Name" })], "lower-case"],
    [[aCommand({ name: "x".repeat(33) })], "1 to 32"],
    [[aCommand({ summary: "" })], "1 to 100"],
    [[aCommand({ summary: "x".repeat(101) })], "this one has 101"],
    [[aCommand({}), aCommand({})], "the same name"],
    [[aCommand({ arguments: z.strictObject({ mute: z.string() }) })], 'the option "mute" cannot become a form'],
    [
      [
        aCommand({
          arguments: z.strictObject(
            Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`o${index}`, z.string().check(z.describe("x"))])),
          ),
        }),
      ],
      "more than 25 options",
    ],
    [
      [
        aCommand({
          arguments: z.strictObject({
            pick: z.enum(Array.from({ length: 26 }, (_, index) => `c${index}`) as [string, ...string[]]).check(z.describe("x")),
          }),
        }),
      ],
      "choices",
    ],
    [Array.from({ length: 101 }, (_, index) => aCommand({ name: `c${index}` })), "more than the 100"],
  ])("refuses what Discord would refuse (%#)", (registry, sentence) => {
    expect(() => registrationOf(registry)).toThrow(sentence);
  });

  test("puts required options first, as Discord wants them", () => {
    const [registered] = registrationOf([
      aCommand({
        arguments: z.strictObject({
          maybe: z.optional(z.boolean().check(z.describe("x"))),
          must: z.enum(["a", "b"]).check(z.describe("x")),
        }),
      }),
    ]);

    expect(registered).toMatchObject({
      options: [
        {
          name: "must",
          type: 3,
          required: true,
          choices: [
            { name: "a", value: "a" },
            { name: "b", value: "b" },
          ],
        },
        { name: "maybe", type: 5, required: false },
      ],
    });
  });
});
