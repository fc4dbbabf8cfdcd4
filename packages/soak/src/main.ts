import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type SoakCheck, type SoakResult, soak } from "./soak.ts";

const usage = `npm run soak -- [--cycles N] [--seed N] [--symbols N] [--intensity X] [--state DIR] [--json]

Runs the embedded system on a generated market through exchange faults, killed, repeated and late invocations, and checks the books after each calm.
Exit code 0: every law held; 6: a law was broken (the state folder is kept and named); 2: wrong options.`;

const flags = {
  cycles: { type: "string", default: "200" },
  seed: { type: "string" },
  symbols: { type: "string", default: "20" },
  intensity: { type: "string", default: "1" },
  state: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

class WrongOption extends Error {}

function numberOf(name: string, text: string, least: number, most: number, whole = true): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least || value > most || (whole && !Number.isInteger(value)))
    throw new WrongOption(`--${name} ${text} is not ${whole ? "a whole" : "a"} number from ${least} to ${most}.`);
  return value;
}

function optionsOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: flags, strict: true }).values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<number> {
  const given = optionsOf(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const seed = given.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : numberOf("seed", given.seed, 0, 2 ** 31 - 1);
  const stateFolder = given.state ?? mkdtempSync(join(tmpdir(), "winiswin-soak-"));
  process.stderr.write(`seed ${seed}\n`);
  // Beside the state folder: a fresh start empties that one.
  const log = createWriteStream(`${stateFolder}.log.jsonl`);
  const result = await soak({
    seed,
    cycles: numberOf("cycles", given.cycles, 8, 100_000),
    symbols: numberOf("symbols", given.symbols, 1, 650),
    intensity: numberOf("intensity", given.intensity, 0, 5, false),
    stateFolder,
    onLog: (level, message, fields) => log.write(`${JSON.stringify({ level, message, ...fields })}\n`),
    onCheck: (check) => process.stderr.write(`${checkLine(check)}\n`),
  });
  process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${resultText(result)}\n`);
  if (result.violations.length > 0) {
    process.stderr.write(`The state is kept in ${stateFolder}, the log beside it; run again with --seed ${seed}.\n`);
    return 6;
  }
  if (given.state === undefined) for (const path of [stateFolder, log.path.toString()]) rmSync(path, { recursive: true, force: true });
  return 0;
}

const checkLine = ({ nowMs, cycles, trades, violations }: SoakCheck): string =>
  [
    `${new Date(nowMs).toISOString().slice(0, 16)}  ${cycles} cycles, ${trades} trades`,
    ...violations.map(({ law, detail }) => `  BROKEN ${law}: ${detail}`),
  ].join("\n");

function resultText(result: SoakResult): string {
  const { disturbances, operator, unprotected } = result;
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ") || "none";
  return [
    `seed ${result.seed}: ${result.executedCycles} of ${result.cycles} cycles executed, books looked at ${result.checks} times in the calm and ${result.quickLooks} times in between`,
    `entries ${result.entries}, trades ${result.trades} (${listed(result.exits)})`,
    `invocations in trouble ${disturbances.invocations}: killed ${disturbances.killed}, repeated ${disturbances.repeated}, overlapped ${disturbances.overlapped}, late ${disturbances.late}`,
    `a person closed ${operator.closings} positions and flattened ${operator.flattenings} times`,
    `exchange faults: ${listed(result.faults)}`,
    `without a stop: ${(unprotected.longestMs / 1000).toFixed(1)} s at the longest, ${unprotected.over5Seconds} times over 5 s (bound ${unprotected.boundMs / 1000} s)`,
    `dead letters ${result.deadLetters}`,
    result.violations.length === 0
      ? "every law held"
      : result.violations.map(({ law, detail, atMs }) => `BROKEN at ${new Date(atMs).toISOString()}: ${law}: ${detail}`).join("\n"),
  ].join("\n");
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(
    `${error instanceof WrongOption ? `${error.message}\n\n${usage}` : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = error instanceof WrongOption ? 2 : 1;
}
// Emulators may still hold handles; everything is written.
process.stdout.write("", () => process.exit());
