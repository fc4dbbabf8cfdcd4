import type { MetricValues } from "@winiswin/application/metrics";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let recorded: MetricValues[];
beforeEach(() => {
  recorded = [];
  vi.resetModules();
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
});
afterEach(() => vi.restoreAllMocks());

const wiring = async () => {
  const loaded = await import("./metrics.ts");
  loaded.useMetrics({ record: (values) => recorded.push(values) });
  return loaded;
};

test("on AWS figures are one line that CloudWatch understands, with the stage as the only dimension", async () => {
  const { currentMetrics } = await import("./metrics.ts");
  const { useClock } = await import("../clock.ts");
  useClock({ nowMs: () => 1_764_000_000_000, sleepUntil: async () => undefined, realMsUntil: () => 0 });
  const said = vi.spyOn(console, "log").mockReturnValue();

  currentMetrics().record({ Signals: 3, CloseToExecutorMs: 2_400 }, { cycleId: "2026-11-21T10:15:00Z" });

  expect(said.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: 1_764_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: "Winiswin",
            Dimensions: [["stage"]],
            Metrics: [
              { Name: "Signals", Unit: "Count" },
              { Name: "CloseToExecutorMs", Unit: "Milliseconds" },
            ],
          },
        ],
      },
      stage: "test",
      cycleId: "2026-11-21T10:15:00Z",
      Signals: 3,
      CloseToExecutorMs: 2_400,
    },
  ]);
});

test("the first invocation of a process is a cold start, the second is not", async () => {
  const { measured } = await wiring();
  const handler = measured("greet", async (name: string) => `hello ${name}`);

  expect([await handler("you"), await handler("me")]).toEqual(["hello you", "hello me"]);
  expect(recorded).toEqual([{ ColdStarts: 1 }]);
});

test("each time that the exchange asks for silence is counted, and the silence is kept", async () => {
  const { currentMetrics, measureBans } = await wiring();
  const kept: number[] = [];
  const gate = measureBans({ usual: true, banned: async (untilMs: number, _reason: string) => void kept.push(untilMs) }, currentMetrics());

  await gate.banned(1_764_000_000_000, "status 418");

  expect([gate.usual, kept, recorded]).toEqual([true, [1_764_000_000_000], [{ ExchangeBans: 1 }]]);
});

test("a run that throws and a message that is given back are both failures", async () => {
  const { countingFailures } = await wiring();
  const throwing = countingFailures(async () => {
    throw new Error("no");
  });
  const givingBack = countingFailures(async () => ({ batchItemFailures: [{ itemIdentifier: "1" }] }));
  const succeeding = countingFailures(async () => ({ batchItemFailures: [] }));

  await expect(throwing(undefined)).rejects.toThrow("no");
  await givingBack(undefined);
  await succeeding(undefined);

  expect(recorded).toEqual([{ ExecutionErrors: 1 }, { ExecutionErrors: 1 }]);
});
