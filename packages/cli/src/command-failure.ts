import { exitCodes } from "./exit-code.ts";

/** Ends a command: one sentence that says what and where, a hint that says what to do, and the exit code. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly hint: string;
  readonly exitCode: number;

  constructor(sentence: string, hint: string, exitCode: number = exitCodes.failure) {
    super(sentence);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Wrong, missing or contradictory flags. */
export const usageFailure = (sentence: string, hint: string): CommandFailure => new CommandFailure(sentence, hint, exitCodes.usage);
