import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { soak } from "../src/soak.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "winiswin-soak-"));
/** Long on a busy machine: every failed message waits a real second. */
const patienceMs = 600_000;

afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

test("two bad days in the small: faults, kills, repetitions and a person who interferes, and every law holds", {
  timeout: patienceMs,
}, async () => {
  const result = await soak({ seed: 20_261_121, cycles: 16, symbols: 16, intensity: 1.5, stateFolder });

  expect(result.violations).toEqual([]);
  expect(result.checks).toBe(2);
  // What was to be survived did happen.
  expect(result.entries).toBeGreaterThan(3);
  expect(result.disturbances.killed).toBeGreaterThan(5);
  expect(Object.values(result.faults).reduce((total, count) => total + count, 0)).toBeGreaterThan(20);
});
