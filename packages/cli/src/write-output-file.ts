import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandFailure } from "./command-failure.ts";

/** Writes what the option `flag` named, relative to the working folder; a place that takes no file is one sentence, not a stack trace. */
export function writeOutputFile(workingFolder: string, file: string, content: string | Uint8Array, flag: string): void {
  try {
    writeFileSync(resolve(workingFolder, file), content);
  } catch (error) {
    throw new CommandFailure(`${file} cannot be written: ${(error as Error).message}.`, `Name another file with ${flag}.`);
  }
}
