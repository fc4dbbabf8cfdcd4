import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bus, type BusEvent, startBus } from "../src/bus.ts";
import { createSteppedClock } from "../src/clock.ts";
import { type Emulators, startEmulators } from "../src/emulators.ts";
import type { InvocationResult } from "../src/lambda.ts";
import type { Topology } from "../src/topology.ts";
import { until } from "./until.ts";

const startMs = Date.UTC(2026, 10, 21, 10, 15, 2);
const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const topology: Topology = {
  tables: {},
  buckets: [],
  queues: {
    Execution: {
      fifo: true,
      visibilityTimeoutSeconds: 30,
      maximumReceives: 3,
      subscriber: { function: "worker", batchSize: 1, maximumConcurrency: 1 },
    },
  },
  functions: {},
  schedules: {},
  rules: {
    ToExecution: { detailTypes: ["CycleAnalyzed"], target: { queue: "Execution", messageGroupId: "cycles" } },
    ToPeople: { detailTypes: ["PositionOpened", "CycleAnalyzed"], target: { function: "notify" } },
  },
  secrets: [],
  busName: "Events",
  eventSource: "winiswin",
  scheduleEvent: () => ({}),
};

let folder: string;
let emulators: Emulators;
let bus: Bus;
let events: EventBridgeClient;
let queues: SQSClient;
let invoked: { functionName: string; event: unknown }[];
let results: InvocationResult[];
let lost: string[];
const clock = createSteppedClock(startMs);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "winiswin-events-"));
  [invoked, results, lost] = [[], [], []];
  emulators = await startEmulators(topology, { stateFolder: folder, dynamodbPort: 0, queuesPort: 0 });
  bus = await startBus({
    port: 0,
    topology,
    clock,
    queuesEndpoint: emulators.queuesUrl,
    queueUrls: emulators.queueUrls,
    invoke: async (functionName, event) => {
      invoked.push({ functionName, event });
      return results.shift() ?? { status: "succeeded", value: undefined };
    },
    onLost: (functionName, event, reason) => lost.push(`${functionName} ${event["detail-type"]}: ${reason}`),
  });
  events = new EventBridgeClient({ endpoint: bus.url, region: "eu-central-1", credentials, maxAttempts: 1 });
  queues = new SQSClient({ endpoint: emulators.queuesUrl, region: "eu-central-1", credentials, useQueueUrlAsEndpoint: false });
});
afterEach(async () => {
  events.destroy();
  queues.destroy();
  await bus.stop();
  await emulators.stop();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (DetailType: string, detail: unknown, Source = "winiswin") => ({
  EventBusName: "Events",
  Source,
  DetailType,
  Detail: JSON.stringify(detail),
});

async function receiveEvents(): Promise<readonly BusEvent[]> {
  const { Messages = [] } = await queues.send(
    new ReceiveMessageCommand({ QueueUrl: emulators.queueUrls.Execution, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
  );
  expect(Messages.every((message) => message.Attributes?.MessageGroupId === "cycles")).toBe(true);
  return Messages.map((message) => JSON.parse(message.Body ?? "") as BusEvent);
}

test("an event reaches every target whose rule matches, in EventBridge's envelope", async () => {
  const answer = await events.send(new PutEventsCommand({ Entries: [entry("CycleAnalyzed", { cycleId: "c1" })] }));

  const envelope = {
    version: "0",
    id: answer.Entries?.[0]?.EventId,
    "detail-type": "CycleAnalyzed",
    source: "winiswin",
    account: "000000000000",
    time: "2026-11-21T10:15:02Z",
    region: "eu-central-1",
    resources: [],
    detail: { cycleId: "c1" },
  };
  expect(answer.FailedEntryCount).toBe(0);
  expect(await receiveEvents()).toEqual([envelope]);
  expect(invoked).toEqual([{ functionName: "notify", event: envelope }]);
});

test("events of another source or type go nowhere, and are accepted all the same", async () => {
  const answer = await events.send(
    new PutEventsCommand({ Entries: [entry("CycleAnalyzed", {}, "somebody"), entry("SomethingElse", {}), entry("PositionOpened", {})] }),
  );

  expect(answer.FailedEntryCount).toBe(0);
  expect(await receiveEvents()).toEqual([]);
  expect(invoked.map(({ functionName }) => functionName)).toEqual(["notify"]);
});

test("a malformed entry or an unknown bus fails alone, with its code", async () => {
  const answer = await events.send(
    new PutEventsCommand({
      Entries: [
        { ...entry("PositionOpened", {}), Detail: "no json" },
        { ...entry("PositionOpened", {}), EventBusName: "Other" },
        entry("PositionOpened", {}),
      ],
    }),
  );

  expect(answer.FailedEntryCount).toBe(2);
  expect(answer.Entries?.map((one) => one.ErrorCode)).toEqual(["MalformedDetail", "ResourceNotFoundException", undefined]);
  expect(invoked).toHaveLength(1);
});

test("an event whose queue cannot be reached is not acknowledged", async () => {
  await emulators.stop();

  const answer = await events.send(new PutEventsCommand({ Entries: [entry("CycleAnalyzed", {})] }));

  expect(answer.Entries?.[0]?.ErrorCode).toBe("InternalFailure");
  emulators = await startEmulators(topology, { stateFolder: folder, dynamodbPort: 0, queuesPort: 0 });
});

test("a function that fails is tried again after one and after two minutes, then told as lost", async () => {
  const failure = { status: "failed", error: new Error("no route") } as const;
  results = [failure, failure, failure];

  await events.send(new PutEventsCommand({ Entries: [entry("PositionOpened", {})] }));
  await until(() => clock.nextWakeMs() === clock.nowMs() + 60_000, "the first pause begins");
  clock.advanceTo(clock.nowMs() + 60_000);
  await until(() => clock.nextWakeMs() === clock.nowMs() + 120_000, "the second pause begins");
  clock.advanceTo(clock.nowMs() + 120_000);
  await until(() => lost.length > 0, "it is given up");

  expect(invoked).toHaveLength(3);
  expect(lost).toEqual(["notify PositionOpened: no route"]);
});
