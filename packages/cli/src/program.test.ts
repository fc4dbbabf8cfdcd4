import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import type { RunCommand } from "./context.ts";
import { createProgram } from "./program.ts";

const nothing: RunCommand = async () => 0;

/** Parses a command line; what it would run, or what it says and how it ends. */
async function parsed(...words: string[]) {
  const ran: { flags: Readonly<Record<string, unknown>>; positional: string | undefined }[] = [];
  const said: string[] = [];
  const program = createProgram(
    {
      start: nothing,
      exchange: nothing,
      discord: nothing,
      telegram: nothing,
      doctor: nothing,
      cost: nothing,
      inspect: nothing,
      config: nothing,
      why: nothing,
      datasetExport: nothing,
      datasetStats: nothing,
      auditVerify: nothing,
      auditList: nothing,
    },
    "1.2.3",
    async (_command, flags, positional) => {
      ran.push({ flags, positional });
    },
  );
  const output = { writeOut: (text: string) => said.push(text), writeErr: (text: string) => said.push(text) };
  for (const command of [program, ...program.commands]) command.configureOutput(output);
  try {
    await program.parseAsync(words, { from: "user" });
    return { ran, said: said.join(""), exitCode: 0 };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { ran, said: said.join(""), exitCode: error.exitCode };
  }
}

describe("the command line", () => {
  it.each([["--help"], ["start", "--help"], ["discord", "--help"]])("begins its help with examples: %s %s", async (...words) => {
    const { said, exitCode } = await parsed(...words.filter((word) => word !== undefined));

    expect(said.startsWith("Examples:\n")).toBe(true);
    expect(exitCode).toBe(0);
  });

  it("hands over what was typed, unjudged", async () => {
    const { ran } = await parsed("start", "--symbols", "many", "--fresh", "--json");

    expect(ran).toEqual([{ flags: { symbols: "many", fresh: true, json: true, color: true }, positional: undefined }]);
  });

  it("takes the slash command as one word or as several", async () => {
    expect((await parsed("discord", "/why BTCUSDT")).ran[0]?.positional).toBe("/why BTCUSDT");
    expect((await parsed("discord", "/why", "symbol:BTCUSDT", "--json")).ran[0]).toMatchObject({
      positional: "/why symbol:BTCUSDT",
      flags: { json: true },
    });
  });

  it("asks whether a near word was meant", async () => {
    expect((await parsed("strat")).said).toContain("Did you mean start?");
    expect((await parsed("start", "--symbol", "5")).said).toContain("Did you mean --symbols?");
  });

  it("refuses what is left over", async () => {
    const { said, exitCode } = await parsed("start", "extra");

    expect(said).toContain("too many arguments");
    expect(exitCode).not.toBe(0);
  });

  it("knows its version", async () => {
    expect((await parsed("--version")).said).toBe("1.2.3\n");
  });
});
