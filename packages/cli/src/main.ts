import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CommanderError } from "commander";
import { CommandFailure } from "./command-failure.ts";
import { runAuditList, runAuditVerify } from "./commands/audit.ts";
import { runConfig } from "./commands/config.ts";
import { runCost } from "./commands/cost.ts";
import { runDatasetExport, runDatasetStats } from "./commands/dataset.ts";
import { runDiscord } from "./commands/discord.ts";
import { runDoctor } from "./commands/doctor.ts";
import { runExchange } from "./commands/exchange.ts";
import { runInspect } from "./commands/inspect.ts";
import { runStart } from "./commands/start.ts";
import { runTelegramRegister } from "./commands/telegram-register.ts";
import { runWhy } from "./commands/why.ts";
import type { CommandContext } from "./context.ts";
import { exitCodes } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

process.exitCode = await main(process.argv.slice(2));
// Whatever a library may still hold open, the command is over once its output is out.
process.stdout.write("", () => process.exit());

async function main(programArguments: readonly string[]): Promise<number> {
  const envFile = `${root}.env`;
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const { stdin, stdout, stderr } = process;
  const terminal = createTerminal({ environment: process.env, programArguments, stdin, stdout, stderr });
  const context: CommandContext = {
    terminal,
    environment: { ...process.env },
    workingFolder: process.cwd(),
    defaultStateFolder: `${root}.winiswin`,
    projectFolder: root,
  };
  let exitCode: number = exitCodes.ok;
  const commands = {
    start: runStart,
    exchange: runExchange,
    discord: runDiscord,
    telegram: runTelegramRegister,
    doctor: runDoctor,
    inspect: runInspect,
    config: runConfig,
    why: runWhy,
    cost: runCost,
    datasetExport: runDatasetExport,
    datasetStats: runDatasetStats,
    auditVerify: runAuditVerify,
    auditList: runAuditList,
  };
  const program = createProgram(commands, versionOf(), async (command, flags, positional) => {
    exitCode = await command(flags, context, positional);
  });
  try {
    await program.parseAsync(programArguments, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return tell(error, terminal, programArguments.includes("--json"));
  }
}

/** What went wrong, for people on stderr and with `--json` for programs on stdout. */
function tell(error: unknown, terminal: Terminal, asJson: boolean): number {
  const failure =
    error instanceof CommandFailure
      ? error
      : new CommandFailure(`Something unexpected happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, "");
  if (asJson) terminal.data(JSON.stringify({ error: { code: failure.exitCode, message: failure.message, hint: failure.hint } }));
  terminal.say(`${terminal.colours.red(failure.message)}${failure.hint === "" ? "" : ` ${failure.hint}`}`);
  return failure.exitCode;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };
  return version;
}
