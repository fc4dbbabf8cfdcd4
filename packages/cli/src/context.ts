import type { Terminal } from "./terminal.ts";

/** What a command gets from the process that runs it. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Variables of the process, with those of `.env` behind them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the command was typed. */
  readonly workingFolder: string;
  readonly defaultStateFolder: string;
  /** The checkout: where `.env` and `winiswin.yaml` lie. */
  readonly projectFolder: string;
}

/** Runs one command with its flags as they were typed; resolves with the exit code, throws CommandFailure. */
export type RunCommand = (flags: Readonly<Record<string, unknown>>, context: CommandContext, positional?: string) => Promise<number>;
