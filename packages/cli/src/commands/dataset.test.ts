import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { createTerminal } from "../terminal.ts";
import { runDatasetExport, runDatasetStats } from "./dataset.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "winiswin-dataset-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The failure of a command that must fail. */
async function failureOf(command: RunCommand, flags: Readonly<Record<string, unknown>>): Promise<CommandFailure> {
  const silent = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
  const context: CommandContext = {
    terminal: createTerminal({ environment: {}, programArguments: [], stdout: silent, stderr: silent }),
    environment: {},
    workingFolder: folder,
    defaultStateFolder: join(folder, "state"),
    projectFolder: folder,
  };
  const failure: unknown = await command(flags, context).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (failure instanceof CommandFailure) return failure;
  throw failure;
}

describe("winiswin dataset", () => {
  it("says what to do when nothing runs on the folder", async () => {
    for (const command of [runDatasetExport, runDatasetStats]) {
      const failure = await failureOf(command, {});
      expect(failure.exitCode).toBe(exitCodes.notFound);
      expect(failure.hint).toContain("DATASET=true npm start");
    }
  });

  it("refuses an unknown format and Parquet without a file before it looks for a system", async () => {
    expect((await failureOf(runDatasetExport, { format: "xml" })).message).toContain("csv, jsonl or parquet");
    expect((await failureOf(runDatasetExport, { format: "parquet" })).exitCode).toBe(exitCodes.usage);
  });

  it("leaves no file behind when there is nothing to export", async () => {
    await failureOf(runDatasetExport, { out: "rows.csv" });
    expect(() => readFileSync(join(folder, "rows.csv"))).toThrow("ENOENT");
  });
});
