import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SystemOptions, startSystem } from "../src/index.ts";
import type { Topology } from "../src/topology.ts";
import { hosted } from "./stepped-handlers.ts";

const fromMs = Date.UTC(2026, 10, 20, 0, 13);
const run = (handler: string) => ({ handler: `stepped-handlers.${handler}`, timeoutSeconds: 30, memoryMb: 128 });
const topology: Topology = {
  tables: { Rows: { partitionKey: "id" } },
  buckets: ["Objects"],
  queues: {
    Work: {
      fifo: false,
      visibilityTimeoutSeconds: 60,
      maximumReceives: 3,
      subscriber: { function: "work", batchSize: 1, maximumConcurrency: 5 },
    },
    Execution: {
      fifo: true,
      visibilityTimeoutSeconds: 60,
      maximumReceives: 3,
      subscriber: { function: "execute", batchSize: 1, maximumConcurrency: 2 },
    },
  },
  functions: { dispatch: run("dispatch"), work: run("work"), execute: run("execute"), guard: run("guard") },
  schedules: {
    BeforeClose: { expression: "cron(14,29,44,59 * * * ? *)", function: "dispatch" },
    EveryMinute: { expression: "rate(1 minute)", function: "guard" },
  },
  rules: { Done: { detailTypes: ["Done"], target: { queue: "Execution", messageGroupId: "all" } } },
  secrets: ["BinanceApiKey"],
  busName: "Events",
  eventSource: "test",
  scheduleEvent: (time) => ({ time }),
};

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "winiswin-stepped-"));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

const optionsOf = (more: Partial<SystemOptions>): SystemOptions => ({
  market: { kind: "generated", symbols: 1, seed: 5 },
  speed: "max",
  fromMs,
  stateFolder,
  basePort: 0,
  topology,
  root: import.meta.dirname,
  useClock: (clock) => {
    hosted.clock = clock;
    hosted.log.length = 0;
  },
  ...more,
});

async function runToEnd(options: SystemOptions): Promise<readonly string[]> {
  const system = await startSystem(options);
  try {
    const end = await system.finished;
    expect(end).toEqual({ reason: "to" });
    const client = new DynamoDBClient({
      endpoint: system.urls.dynamodb,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "Rows" }));
    client.destroy();
    return [...hosted.log, ...Items.map((item) => `row ${item.id?.S}`).sort()];
  } finally {
    await system.stop();
  }
}

test("time goes from instant to instant: sleepers wake first, then schedules fire, and all that follows happens before time goes on", async () => {
  const log = await runToEnd(optionsOf({ toMs: Date.UTC(2026, 10, 20, 0, 15) }));

  expect(log).toEqual([
    "00:14:00 dispatch 2026-11-20T00:14:00Z",
    "00:14:00 guard, exchange at 00:14:00",
    "00:15:00 guard, exchange at 00:15:00",
    "00:15:02 work",
    "00:15:03 execute 00:15:02",
    "00:16:00 work",
    "00:16:00 guard, exchange at 00:16:00",
    "row 2026-11-20T00:15:02.000Z",
    "row 2026-11-20T00:16:00.000Z",
  ]);
});

test("time goes on while a function that an event woke waits for it", async () => {
  const lingering: Topology = {
    ...topology,
    functions: { ...topology.functions, linger: run("linger") },
    rules: { ...topology.rules, Woken: { detailTypes: ["Done"], target: { function: "linger" } } },
  };

  const log = await runToEnd(optionsOf({ toMs: Date.UTC(2026, 10, 20, 0, 15), topology: lingering }));

  expect(log).toContain("00:15:04 lingered");
});

test("a run up to a close ends when the cycle of that close is executed, not a minute later", async () => {
  const executing = { ...topology, functions: { ...topology.functions, execute: run("executeCycle") } };

  const log = await runToEnd(optionsOf({ toMs: Date.UTC(2026, 10, 20, 0, 15), topology: executing }));

  expect(log.slice(-3)).toEqual(["00:15:02 work", "00:15:03 execute 00:15:02", "row 2026-11-20T00:15:02.000Z"]);
});

test("two runs say the same, and a run that is stopped in the middle goes on where it was", async () => {
  const toMs = Date.UTC(2026, 10, 20, 1, 15);
  const whole = await runToEnd(optionsOf({ toMs }));
  const again = await runToEnd(optionsOf({ toMs, fresh: true }));
  const firstHalf = await runToEnd(optionsOf({ toMs: Date.UTC(2026, 10, 20, 0, 45), fresh: true }));
  const secondHalf = await runToEnd(optionsOf({ toMs }));

  expect(again).toEqual(whole);
  const rows = (log: readonly string[]) => log.filter((line) => line.startsWith("row"));
  const executed = (log: readonly string[]) => log.filter((line) => line.includes("execute")).map((line) => line.slice(9));
  expect(rows(secondHalf)).toEqual(rows(whole));
  expect(new Set([...executed(firstHalf), ...executed(secondHalf)])).toEqual(new Set(executed(whole)));
});
