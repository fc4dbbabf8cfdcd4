import { describe, expect, test } from "vitest";
import { billOf } from "./bill.ts";
import { deploymentOf } from "./deployment.ts";
import { functionUses, loadMeasurements, type Measurements } from "./measured.ts";
import { prices } from "./prices.ts";

const topology = {
  functions: { analyze: { memoryMb: 512 }, execute: { memoryMb: 1_769 } },
  queues: { Work: { fifo: false }, Order: { fifo: true } },
};
const deployment = deploymentOf(topology, 12, false);
const call = (service: "dynamodb" | "s3" | "sqs", action: string, resource: string, requests: number, capacityUnits = 0) => ({
  functionName: "analyze",
  service,
  action,
  resource,
  requests,
  sentBytes: 1_000 * requests,
  capacityUnits,
});
const run = (symbols: number, latencyMs: number, durationMs: number, writes: number) => ({
  symbols,
  latencyMs,
  functions: { analyze: { invocations: 2, durationMs, cpuMs: 100 }, execute: { invocations: 1, durationMs: 300, cpuMs: 100 } },
  calls: [
    call("dynamodb", "PutItem", "Signals", writes, writes),
    call("s3", "GetObject", "Snapshots/engines", 3),
    call("sqs", "SendMessage", "Work", 2),
  ],
});
const measured: Measurements = {
  measuredOn: "2026-11-21",
  machine: "a machine",
  runs: [run(100, 0, 200, 10), run(100, 40, 360, 10), run(300, 0, 400, 30), run(300, 40, 560, 30)],
};
const lineOf = (symbols: number, service: string, item: RegExp) =>
  billOf(measured, deployment, symbols).lines.find((line) => line.service === service && item.test(line.item));

describe("what a function needs", () => {
  test("is told apart into computing, waiting for AWS and waiting for the exchange", () => {
    expect(functionUses(measured, 100).analyze).toEqual({ invocations: 2, cpuMs: 100, waitMs: 100, roundTrips: 4 });
  });

  test("lies on a straight line between the measured sizes", () => {
    expect(functionUses(measured, 200).analyze?.waitMs).toBe(200);
  });
});

describe("the bill", () => {
  test("charges computing on a part of a processor longer and waiting not", () => {
    // 100 ms of computing on 512 of 1,769 MB, 100 ms for AWS and four round trips of 250 ms to the exchange.
    expect(lineOf(100, "Lambda", /^analyze/)?.item).toBe(`analyze, 512 MB, ${Math.round(100 + 1_000 + (100 * 1_769) / 512)} ms`);
    expect(lineOf(100, "Lambda", /^execute/)?.item).toBe("execute, 1769 MB, 300 ms");
  });

  test("charges the write units of a month of cycles", () => {
    expect(lineOf(100, "DynamoDB", /^writes/)).toMatchObject({ quantity: 10 * 2_880, usd: 10 * 2_880 * prices.tableWrite.usd });
    expect(lineOf(200, "DynamoDB", /^writes/)?.quantity).toBe(20 * 2_880);
  });

  test("is the sum of its lines, to the cent, with and without what is free", () => {
    const { lines, usd, usdAfterFree } = billOf(measured, deployment, 100);
    const sum = (of: (line: (typeof lines)[number]) => number) => lines.reduce((total, line) => total + of(line), 0);
    expect(usd).toBeCloseTo(
      sum((line) => line.usd),
      2,
    );
    expect(usdAfterFree).toBeCloseTo(
      sum((line) => line.usdAfterFree),
      2,
    );
    expect(lines.every((line) => line.usdAfterFree <= line.usd && line.usdAfterFree >= 0)).toBe(true);
  });

  test("gives the allowance of a price once, however many lines have that price", () => {
    const { lines } = billOf(measured, deployment, 100);
    const free = lines
      .filter(({ unit }) => unit === "GB-s (arm64)")
      .reduce((sum, line) => sum + (line.usd - line.usdAfterFree) / line.unitUsd, 0);
    expect(free).toBeLessThanOrEqual(prices.lambdaGigabyteSecond.freeAMonth);
  });

  test("shows the fixed address only where there is one", () => {
    const withAddress = billOf(measured, deploymentOf(topology, 12, true), 100);
    expect(withAddress.lines.filter(({ service }) => service === "Fixed address")).toHaveLength(3);
    expect(withAddress.usd - billOf(measured, deployment, 100).usd).toBeGreaterThan(5);
  });
});

test("the measurements that are shipped are whole: two sizes, each with two latencies, with every kind of call", () => {
  const { runs, measuredOn } = loadMeasurements();
  expect(measuredOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(new Set(runs.map(({ symbols }) => symbols)).size).toBe(2);
  for (const { calls, functions } of runs) {
    expect(Object.keys(functions)).toEqual(expect.arrayContaining(["dispatchCycle", "analyzeShard", "executeCycle", "guardPositions"]));
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(["dynamodb", "s3", "sqs"]));
  }
});
