import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MetricName, type MetricValues, metrics } from "@winiswin/application/metrics";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSystem } from "../src/system.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "winiswin-metrics-"));
const recorded: MetricValues[] = [];
const failures: string[] = [];
const valuesOf = (name: MetricName) => recorded.flatMap((values) => values[name] ?? []);
/** A trade closes long before; how soon depends on the strategies. */
const cycles = 60;

/** What a run without faults says nothing of; the wiring's own test provokes each. */
const onlyInTrouble: readonly MetricName[] = ["ExchangeBans", "ExecutionErrors"];

beforeAll(async () => {
  const closed = Promise.withResolvers<void>();
  const system = await startSystem({
    market: { kind: "generated", symbols: 30, seed: "b" },
    speed: "max",
    stateFolder,
    fromMs: Date.UTC(2026, 0, 5, 0, 13, 30),
    cycles,
    basePort: 0,
    environment: { ENABLE_TRADING: "true", MIN_LISTING_AGE_DAYS: "0" },
    onLog: () => undefined,
    onMetrics: (values) => {
      recorded.push(values);
      if (values.TradesClosed !== undefined) closed.resolve();
    },
    onProgress: (progress) => progress.kind === "failed" && failures.push(`${progress.where}: ${progress.reason}`),
  });
  await Promise.race([system.finished, closed.promise]);
  await system.stop();
}, 240_000);
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

test("every figure of the list is emitted by the running system, and no other", () => {
  const emitted = new Set(recorded.flatMap((values) => Object.keys(values)));

  expect([...emitted, ...onlyInTrouble].toSorted()).toEqual(Object.keys(metrics).toSorted());
});

test("the list costs at most twenty series", () => {
  expect(Object.keys(metrics).length).toBeLessThanOrEqual(20);
});

test("figures say what happened", () => {
  expect(failures).toEqual([]);
  expect(new Set(valuesOf("CyclesExecuted"))).toEqual(new Set([1]));
  expect(new Set(valuesOf("SymbolsAnalyzed"))).toEqual(new Set([30]));
  expect(valuesOf("Equity").every((equity) => equity > 9_000 && equity < 11_000)).toBe(true);
  expect(Math.min(...valuesOf("CloseToExecutorMs"))).toBeGreaterThanOrEqual(2_000);
  expect(valuesOf("DrawdownPercent").length).toBe(valuesOf("Equity").length);
  expect(Math.max(...valuesOf("OpenPositions"))).toBeGreaterThan(0);
  expect(new Set(valuesOf("UnprotectedPositions"))).toEqual(new Set([0]));
  expect(valuesOf("TradesClosed").length).toBe(valuesOf("RealisedProfit").length);
  expect(valuesOf("ColdStarts").length).toBeGreaterThanOrEqual(4);
});
