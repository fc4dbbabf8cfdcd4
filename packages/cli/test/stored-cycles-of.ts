import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("./stored-cycles.ts", import.meta.url));

/** The stored cycles up to an instant, oldest first, of a folder on which nothing runs. */
export async function storedCycles(stateFolder: string, to: string): Promise<unknown> {
  const words = ["--disable-warning=ExperimentalWarning", program, stateFolder, new Date(Date.parse(to) + 1).toISOString()];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}
