import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@winiswin/application/ports/clock";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { buildApp } from "fauxqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAnalysisQueue } from "../src/analysis-queue.ts";
import { type CallQueueService, createCommandQueue } from "../src/command-queue.ts";
import { parseAnalysisBody, parseCommandBody } from "../src/message-body.ts";

const cycleId = cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));

const app = buildApp({ logger: false });
let client: SQSClient;
let endpoint: string;
/** The service tells by it which API is meant; nobody checks the signature here. */
const authorization = "AWS4-HMAC-SHA256 Credential=local/20261121/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

beforeAll(async () => {
  endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
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

const askedOnce: DeferredCommand = {
  askId: "discord-1",
  question: { command: "positions", options: { symbol: "BTCUSDT", limit: 3, all: true } },
  operator: { platform: "discord", id: "1", mayAct: true, isPrivate: true },
  replyTo: { platform: "discord", applicationId: "1", interactionToken: "t" },
};

const called: CallQueueService = async (target, body) => {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target, authorization };
  const response = await fetch(endpoint, { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
};

test("a question arrives as it was sent, and once when it is sent again", async () => {
  const { QueueUrl: queueUrl = "" } = await client.send(
    new CreateQueueCommand({ QueueName: "Commands.fifo", Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" } }),
  );
  const queue = createCommandQueue({ call: called, queueUrl });
  const click: DeferredCommand = {
    askId: "telegram-2",
    question: { button: "v1:yes:0011223344556677" },
    operator: { platform: "telegram", id: "2", mayAct: false, isPrivate: false },
    replyTo: { platform: "telegram", chatId: "-5", messageId: 7 },
  };

  for (const command of [askedOnce, click, askedOnce]) await queue.send(command);

  expect((await receiveAll(queueUrl)).map(parseCommandBody)).toEqual([askedOnce, click]);
});

test("a question that the queue refuses is an error for the sender, after a second try when it may pass", async () => {
  const answers = [503, 200];
  const calls: string[] = [];
  const call = async (target: string) => {
    calls.push(target);
    return { status: answers[calls.length - 1] ?? 400, text: "no such queue" };
  };

  await createCommandQueue({ call, queueUrl: "" }).send(askedOnce);
  await expect(createCommandQueue({ call, queueUrl: "" }).send(askedOnce)).rejects.toThrow("status 400 no such queue");

  expect(calls).toHaveLength(3);
});

test("a body that is no message is refused", () => {
  expect(() =>
    parseAnalysisBody('{"kind":"analyzeShard","cycleId":"yesterday","shard":0,"shardCount":1,"symbols":[],"notBeforeMs":0}'),
  ).toThrow();
  expect(() => parseAnalysisBody('{"kind":"other","notBeforeMs":0}')).toThrow();
  expect(() => parseCommandBody("[]")).toThrow();
});
