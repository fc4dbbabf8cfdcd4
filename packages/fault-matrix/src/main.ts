import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { matrixDocument } from "./document.ts";
import { faultVariants } from "./fault-variants.ts";
import { commandOf, lawsOf, type RanCase, runMatrix } from "./matrix.ts";
import { wirePaths } from "./paths.ts";

const usage = `npm run fault-matrix [-- --path NAME] [--fault NAME] [--at REQUEST] [--at-once N] [--json] [--list]

Runs every path of a position's life with every fault of the exchange at every request, the real adapter against the simulated exchange.
Without --path, --fault and --at it is the whole matrix, and docs/fault-matrix.md is written. --fault takes the name of a fault or of its kind.
Exit code 0: every law held; 6: a law was broken (the case is printed with the command that runs it alone); 2: wrong options.`;

const flags = {
  path: { type: "string" },
  fault: { type: "string" },
  at: { type: "string" },
  "at-once": { type: "string", default: "12" },
  json: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

class WrongOption extends Error {}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function optionsOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: flags, strict: true }).values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error));
  }
}

function chosen<One>(
  all: readonly One[],
  wanted: string | undefined,
  what: string,
  isIt: (one: One, wanted: string) => boolean,
): readonly One[] {
  const found = wanted === undefined ? all : all.filter((one) => isIt(one, wanted));
  if (found.length === 0) throw new WrongOption(`There is no ${what} "${wanted}"; --list shows them.`);
  return found;
}

async function main(): Promise<number> {
  const given = optionsOf(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (given.list) {
    for (const { name } of wirePaths) process.stdout.write(`path   ${name}\n`);
    for (const { name, fault } of faultVariants) process.stdout.write(`fault  ${name}  (${fault.kind})\n`);
    return 0;
  }
  const paths = chosen(wirePaths, given.path, "path", ({ name }, wanted) => name === wanted);
  const variants = chosen(faultVariants, given.fault, "fault", ({ name, fault }, wanted) => name === wanted || fault.kind === wanted);
  const atOnce = Number(given["at-once"]);
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 64) throw new WrongOption("--at-once takes a whole number from 1 to 64.");
  const isWhole = given.path === undefined && given.fault === undefined && given.at === undefined;
  const startedAtMs = performance.now();
  const { cases, wholes } = await runMatrix({
    paths,
    variants,
    atOnce,
    ...(given.at === undefined ? {} : { at: given.at }),
    onCase: (ran, done, total) => {
      if (ran.violations.length > 0) say(brokenCase(ran));
      if (done % 500 === 0) say(`${done} of ${total} cases, ${seconds(startedAtMs)} s`);
    },
  });
  const broken = cases.filter(({ violations }) => violations.length > 0);
  const took = seconds(startedAtMs);
  say(`${cases.length} cases in ${took} s; ${broken.length} broke a law`);
  if (given.json) process.stdout.write(`${JSON.stringify({ seconds: took, wholes, cases })}\n`);
  if (isWhole) writeFileSync(new URL("../../../docs/fault-matrix.md", import.meta.url), matrixDocument({ cases, wholes }, took));
  return broken.length > 0 ? 6 : 0;
}

const seconds = (sinceMs: number): number => Math.round((performance.now() - sinceMs) / 1_000);

const brokenCase = (ran: RanCase): string => `BROKEN ${commandOf(ran)}\n    ended: ${ran.outcome}\n    ${lawsOf(ran.violations)}`;

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof WrongOption ? `${error.message}\n\n${usage}` : String(error instanceof Error ? error.stack : error));
  process.exitCode = error instanceof WrongOption ? 2 : 1;
}
process.stdout.write("", () => process.exit());
