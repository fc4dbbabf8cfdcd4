import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Emulators, startEmulators } from "../src/emulators.ts";
import { type EventSourceMapping, startEventSourceMapping } from "../src/event-source-mapping.ts";
import { createLambda, type Invocation } from "../src/lambda.ts";
import { deadLettersOf, type QueueDescription, type Topology, wireNameOf } from "../src/topology.ts";
import { bodiesOf, failPoison, shared } from "./handlers.ts";
import { until } from "./until.ts";

const queueOf = (
  description: Partial<Omit<QueueDescription, "subscriber">> & { batchSize?: number; concurrency?: number },
): QueueDescription => ({
  fifo: description.fifo ?? false,
  visibilityTimeoutSeconds: description.visibilityTimeoutSeconds ?? 1,
  maximumReceives: description.maximumReceives ?? 2,
  subscriber: { function: "worker", batchSize: description.batchSize ?? 1, maximumConcurrency: description.concurrency ?? 5 },
});

let folder: string;
let stops: (() => unknown)[];
let invocations: Invocation[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "winiswin-queues-"));
  stops = [];
  invocations = [];
  shared.seen = [];
  shared.answer = () => undefined;
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startQueue(queue: string, description: QueueDescription, timeoutSeconds = 5) {
  const topology: Topology = {
    tables: {},
    buckets: [],
    queues: { [queue]: description },
    functions: { worker: { handler: "handlers.handler", timeoutSeconds, memoryMb: 128 } },
    schedules: {},
    rules: {},
    secrets: [],
    busName: "Events",
    eventSource: "test",
    scheduleEvent: () => ({}),
  };
  const emulators = await startEmulators(topology, { stateFolder: folder, dynamodbPort: 0, queuesPort: 0 });
  stops.push(() => emulators.stop());
  const client = new SQSClient({
    endpoint: emulators.queuesUrl,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    useQueueUrlAsEndpoint: false,
  });
  stops.push(() => client.destroy());
  const lambda = createLambda({
    root: import.meta.dirname,
    functions: topology.functions,
    onInvocation: (invocation) => invocations.push(invocation),
  });
  const mapping = startEventSourceMapping({
    queue,
    description,
    queueUrl: emulators.queueUrls[queue] ?? "",
    endpoint: emulators.queuesUrl,
    invoke: lambda.invoke,
  });
  stops.push(() => stopMapping(mapping));
  return { emulators, client, queueUrl: emulators.queueUrls[queue] ?? "", deadLettersUrl: emulators.queueUrls[deadLettersOf(queue)] ?? "" };
}

async function stopMapping(mapping: EventSourceMapping): Promise<void> {
  await mapping.stopPolling();
  mapping.close();
}

const countsOf = async (emulators: Emulators, wireName: string) => (await emulators.queueCounts())[wireName];
const isEmpty = async (emulators: Emulators, wireName: string) => {
  const counts = await countsOf(emulators, wireName);
  return counts !== undefined && counts.visible + counts.delayed + counts.inFlight === 0;
};

test("the handler sees the event and the context that Lambda gives", async () => {
  const { client, queueUrl, emulators } = await startQueue("Work", queueOf({}));

  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: "hello",
      MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
    }),
  );
  await until(() => isEmpty(emulators, "Work"), "the message is deleted");

  const { event, functionName, remainingMs } = shared.seen[0] ?? { event: undefined, functionName: "", remainingMs: 0 };
  expect(functionName).toBe("worker");
  expect(remainingMs).toBeGreaterThan(0);
  expect(remainingMs).toBeLessThanOrEqual(5_000);
  expect((event as SQSEvent).Records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: "hello",
      attributes: expect.objectContaining({
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
      }),
      messageAttributes: { kind: { dataType: "String", stringValue: "greeting" } },
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:Work",
      awsRegion: "eu-central-1",
    },
  ]);
});

test("of a batch only the reported message comes back, and after its receives it lies with the dead letters", async () => {
  shared.answer = failPoison;
  const { client, queueUrl, deadLettersUrl, emulators } = await startQueue("Work", queueOf({ batchSize: 10 }));

  await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: Array.from({ length: 6 }, (_, index) => ({ Id: String(index), MessageBody: index === 3 ? "poison" : `good ${index}` })),
    }),
  );
  await until(() => isEmpty(emulators, "Work"), "the queue is empty");

  const seen = shared.seen.flatMap(({ event }) => bodiesOf(event));
  expect(seen.filter((body) => body === "poison")).toHaveLength(2);
  expect(seen.filter((body) => body !== "poison").sort()).toEqual(["good 0", "good 1", "good 2", "good 4", "good 5"]);
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: deadLettersUrl, WaitTimeSeconds: 2 }));
  expect(Messages?.map((message) => message.Body)).toEqual(["poison"]);
});

test.each([
  ["throws", () => Promise.reject(new Error("broken"))],
  ["answers with something that is no partial response", () => ({ batchItemFailures: "all" })],
  ["names a message that was not in its batch", () => ({ batchItemFailures: [{ itemIdentifier: "somebody else" }] })],
])("a handler that %s has failed with its whole batch", async (_how, answer) => {
  shared.answer = answer;
  const { client, queueUrl, emulators } = await startQueue("Work", queueOf({ maximumReceives: 1 }));

  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "one" }));
  await until(async () => (await countsOf(emulators, "WorkDeadLetters"))?.visible === 1, "the message lies with the dead letters");

  expect(shared.seen).toHaveLength(1);
});

test("a handler that hangs is timed out, and its message is delivered again when the visibility timeout is over", async () => {
  let calls = 0;
  shared.answer = () => (++calls === 1 ? new Promise(() => undefined) : undefined);
  const { client, queueUrl, emulators } = await startQueue("Work", queueOf({ visibilityTimeoutSeconds: 2 }), 1);

  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "slow" }));
  await until(() => isEmpty(emulators, "Work"), "the message is done");

  expect(invocations.map(({ result }) => result.status)).toEqual(["timedOut", "succeeded"]);
  const counts = shared.seen.map(({ event }) => (event as SQSEvent).Records[0]?.attributes.ApproximateReceiveCount);
  expect(counts).toEqual(["1", "2"]);
});

test("at most as many run at once as the mapping allows", async () => {
  let running = 0;
  let most = 0;
  shared.answer = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
  };
  const { client, queueUrl, emulators } = await startQueue("Work", queueOf({ concurrency: 3, visibilityTimeoutSeconds: 30 }));

  for (let batch = 0; batch < 2; batch++) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: `${batch}-${index}` }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  await until(() => isEmpty(emulators, "Work"), "all are done");

  expect(new Set(shared.seen.flatMap(({ event }) => bodiesOf(event))).size).toBe(20);
  expect(most).toBe(3);
});

test("a group of a FIFO queue is worked on in order: what failed holds back the later ones, other groups go on", async () => {
  let failuresLeft = 1;
  const done: string[] = [];
  shared.answer = (event) => {
    const [body = ""] = bodiesOf(event);
    if (body === "a1" && failuresLeft-- > 0) return failPoison({ Records: [{ ...(event as SQSEvent).Records[0], body: "poison" }] });
    done.push(body);
    return undefined;
  };
  const { client, queueUrl, emulators } = await startQueue("Order", queueOf({ fifo: true, maximumReceives: 5, concurrency: 4 }));

  for (const body of ["a1", "a2", "a3", "b1", "b2"]) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageGroupId: body.charAt(0) }));
  }
  await until(() => isEmpty(emulators, wireNameOf("Order", true)), "all are done");

  expect(done.filter((body) => body.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
  expect(done.filter((body) => body.startsWith("b"))).toEqual(["b1", "b2"]);
  expect(done.indexOf("b2")).toBeLessThan(done.indexOf("a1"));
});

test("the same content within five minutes is one message of a FIFO queue", async () => {
  const { client, queueUrl, emulators } = await startQueue("Order", queueOf({ fifo: true }));

  for (let time = 0; time < 3; time++) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "same", MessageGroupId: "g" }));
  }
  await until(() => isEmpty(emulators, wireNameOf("Order", true)), "all are done");

  expect(shared.seen).toHaveLength(1);
});
