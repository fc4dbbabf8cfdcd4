import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandFailure } from "./command-failure.ts";
import { writeOutputFile } from "./write-output-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "output-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file is written relative to the working folder", () => {
  writeOutputFile(folder, "chart.png", Buffer.from("picture"), "--picture");

  expect(readFileSync(join(folder, "chart.png"), "utf8")).toBe("picture");
});

test("a place that takes no file is told in one sentence that names the option", () => {
  const write = () => writeOutputFile(folder, "absent/chart.png", Buffer.from("picture"), "--picture");

  expect(write).toThrow(CommandFailure);
  expect(write).toThrow(/^absent\/chart\.png cannot be written: ENOENT/);
});
