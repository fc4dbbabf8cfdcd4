import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isProcessAlive } from "@winiswin/local/living-process";
import { z } from "zod";

const runtime = z.object({
  pid: z.number().int().positive(),
  clock: z.object({ kind: z.string(), speed: z.number() }),
  urls: z.object({
    exchange: z.string(),
    queues: z.string(),
    discord: z.string(),
    dynamodb: z.string(),
    events: z.string().default(""),
    functions: z.record(z.string(), z.string()),
  }),
});

/** Where a running system can be reached. */
export type RunningSystem = z.output<typeof runtime>;

/** The system that runs on a state folder; undefined when none does, a dead one's leftovers included. */
export function readRunning(stateFolder: string): RunningSystem | undefined {
  let text: string;
  try {
    text = readFileSync(join(stateFolder, "runtime.json"), "utf8");
  } catch {
    return undefined;
  }
  try {
    const parsed = runtime.parse(JSON.parse(text));
    return isProcessAlive(parsed.pid) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
