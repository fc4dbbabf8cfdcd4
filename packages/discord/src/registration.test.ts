import { defineCommand } from "@winiswin/application/commands/command";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { registrationOf } from "./registration.ts";

describe("the registration", () => {
  test("holds every command with its options and the default of being hidden", () => {
    const registration = registrationOf();

    expect(registration.map(({ name }) => name)).toEqual(
      "status balance positions trades stats performance signals why cycle symbols chart equity pause halt resume close flatten block unblock cost help".split(
        " ",
      ),
    );
    expect(registration.find(({ name }) => name === "chart")).toEqual({
      type: 1,
      name: "chart",
      description: "A picture of the candles of a symbol with our entries, exits, stop and target",
      default_member_permissions: "0",
      options: [
        { type: 3, name: "symbol", description: "The symbol, like BTCUSDT; BTC means BTCUSDT", required: true, autocomplete: true },
        {
          type: 3,
          name: "timeframe",
          description: "Of one candle; 15m unless given",
          required: false,
          choices: ["15m", "1h", "4h", "1d"].map((value) => ({ name: value, value })),
        },
      ],
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
