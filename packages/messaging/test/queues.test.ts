import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@winiswin/application/ports/clock";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { buildApp } from "fauxqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAnalysisQueue } from "../src/analysis-queue.ts";
import { createCommandQueue } from "../src/command-queue.ts";
import { parseAnalysisBody, parseCommandBody } from "../src/message-body.ts";

const cycleId = cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));

const app = buildApp({ logger: false });
let client: SQSClient;

beforeAll(async () => {
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  client = new SQSClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
  });
});
afterAll(async () => {
  client.destroy();
  await app.close();
});

const createQueue = async (name: string) => (await client.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? "";

/** A clock on which every instant is as far away as its number says. */
const clockAtZero: Clock = { nowMs: () => 0, sleepUntil: async () => undefined, realMsUntil: (atMs) => Math.max(0, atMs) };

async function receiveAll(queueUrl: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map((message) => message.Body ?? ""));
  }
}

test("more shards than one batch holds all arrive, with the instant that they wait for", async () => {
  const queueUrl = await createQueue("Shards");
  const queue = createAnalysisQueue({ client, queueUrl, clock: clockAtZero });
  const messages = Array.from({ length: 23 }, (_, shard) => ({
    message: { kind: "analyzeShard" as const, cycleId, shard, shardCount: 23, symbols: ["BTCUSDT", "ETHUSDT"] },
    notBeforeMs: 999,
  }));

  await queue.sendAll(messages);

  const received = (await receiveAll(queueUrl)).map(parseAnalysisBody);
  const byShard = (first: (typeof received)[number], second: (typeof received)[number]) =>
    (first.message.kind === "analyzeShard" ? first.message.shard : 0) - (second.message.kind === "analyzeShard" ? second.message.shard : 0);
  expect([...received].sort(byShard)).toEqual(messages);
});

test("messages for later are held back by whole seconds, those for the past or within a second are not", async () => {
  const queueUrl = await createQueue("Later");
  const queue = createAnalysisQueue({ client, queueUrl, clock: clockAtZero });

  await queue.send({ kind: "cycleDeadline", cycleId }, 3_600_000);
  await queue.send({ kind: "cycleDeadline", cycleId }, -5);

  expect((await receiveAll(queueUrl)).map(parseAnalysisBody)).toEqual([{ message: { kind: "cycleDeadline", cycleId }, notBeforeMs: -5 }]);
});

test("an entry that the queue refuses is an error for the sender", async () => {
  const queueUrl = await createQueue("Refusing");
  const queue = createAnalysisQueue({ client, queueUrl: `${queueUrl}Missing`, clock: clockAtZero });

  await expect(queue.send({ kind: "cycleDeadline", cycleId }, 0)).rejects.toThrow();
});

test("a command arrives as it was sent", async () => {
  const queueUrl = await createQueue("Commands");
  const command = { command: "positions", options: { symbol: "BTCUSDT", limit: 3, all: true }, applicationId: "1", interactionToken: "t" };

  await createCommandQueue({ client, queueUrl }).send(command);

  expect((await receiveAll(queueUrl)).map(parseCommandBody)).toEqual([command]);
});

test("a body that is no message is refused", () => {
  expect(() =>
    parseAnalysisBody('{"kind":"analyzeShard","cycleId":"yesterday","shard":0,"shardCount":1,"symbols":[],"notBeforeMs":0}'),
  ).toThrow();
  expect(() => parseAnalysisBody('{"kind":"other","notBeforeMs":0}')).toThrow();
  expect(() => parseCommandBody("[]")).toThrow();
});
