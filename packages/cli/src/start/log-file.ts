import { createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LogLevel, logLevels } from "../console-settings.ts";

export const logName = "log.jsonl";
const largestBytes = 20_000_000;

export interface LogFile {
  readonly path: string;
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

/** What the handlers log, one JSON object a line; the file before the present one is kept once it has grown large. */
export function openLogFile(folder: string, wantedLevel: string | undefined, nowMs: () => number): LogFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, logName);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestBytes) renameSync(path, `${path}.old`);
  const stream = createWriteStream(path, { flags: "a" });
  // A full disk must not end the run; the tables complain loudly enough.
  stream.on("error", () => undefined);
  const least = Math.max(0, logLevels.indexOf((wantedLevel ?? "info") as LogLevel));
  return {
    path,
    write(level, message, fields) {
      if (logLevels.indexOf(level) < least) return;
      stream.write(`${JSON.stringify({ at: new Date(nowMs()).toISOString(), level, message, ...fields })}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
