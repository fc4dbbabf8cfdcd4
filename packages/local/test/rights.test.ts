import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Activity, withActivity } from "../src/activity.ts";
import { createAuthorization, type Refusal } from "../src/authorization.ts";
import { type Bus, startBus } from "../src/bus.ts";
import { nameCallers } from "../src/caller.ts";
import { createRealClock } from "../src/clock.ts";
import { type Emulators, startEmulators } from "../src/emulators.ts";
import type { FunctionDescription, Topology } from "../src/topology.ts";

const withRights = (rights: FunctionDescription["rights"] & object): FunctionDescription => ({
  handler: "none.handler",
  timeoutSeconds: 1,
  memoryMb: 128,
  rights,
});

const topology: Topology = {
  tables: { Ledger: { partitionKey: "id" }, Switches: { partitionKey: "name" } },
  buckets: ["Papers"],
  queues: {
    Errands: {
      fifo: false,
      visibilityTimeoutSeconds: 1,
      maximumReceives: 2,
      subscriber: { function: "writer", batchSize: 1, maximumConcurrency: 1 },
    },
  },
  functions: {
    writer: withRights({
      Ledger: ["PutItem"],
      "Switches/lamp#*": ["GetItem", "PutItem", "UpdateItem"],
      "Switches/door": ["GetItem"],
      Papers: ["ListBucket"],
      "Papers/drafts/*": ["GetObject", "PutObject"],
      Errands: ["SendMessage"],
      Events: ["PutEvents"],
    }),
    reader: withRights({ Ledger: ["GetItem"], "Papers/drafts/*": ["GetObject"] }),
  },
  schedules: {},
  rules: {},
  secrets: [],
  busName: "Events",
  eventSource: "test",
  scheduleEvent: () => ({}),
};

const folder = mkdtempSync(join(tmpdir(), "winiswin-rights-"));
const refused: Refusal[] = [];
let emulators: Emulators;
let bus: Bus;
let stopNaming: () => void;
let clients: {
  readonly database: DynamoDBClient;
  readonly objects: S3Client;
  readonly queues: SQSClient;
  readonly events: EventBridgeClient;
};

beforeAll(async () => {
  const remember = (refusal: Refusal) => refused.push(refusal);
  emulators = await startEmulators(topology, { stateFolder: folder, dynamodbPort: 0, queuesPort: 0 }, remember);
  bus = await startBus({
    port: 0,
    topology,
    authorization: createAuthorization(topology, remember),
    clock: createRealClock(),
    queuesEndpoint: emulators.queuesUrl,
    queueUrls: emulators.queueUrls,
    invoke: async () => ({ status: "succeeded", value: undefined }),
  });
  const local = { region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  clients = {
    database: new DynamoDBClient({ ...local, endpoint: emulators.dynamodbUrl }),
    objects: new S3Client({ ...local, endpoint: emulators.queuesUrl, forcePathStyle: true }),
    queues: new SQSClient({ ...local, endpoint: emulators.queuesUrl, useQueueUrlAsEndpoint: false }),
    events: new EventBridgeClient({ ...local, endpoint: bus.url }),
  };
  const services = new Set([emulators.dynamodbUrl, emulators.queuesUrl, bus.url].map((url) => new URL(url).host));
  stopNaming = nameCallers((host) => services.has(host));
});
afterAll(async () => {
  stopNaming();
  for (const client of Object.values(clients)) client.destroy();
  await bus.stop();
  await emulators.stop();
  rmSync(folder, { recursive: true, force: true });
});

const as = <Value>(functionName: string, call: () => Promise<Value>): Promise<Value> =>
  withActivity(new Activity(() => undefined, functionName), call);
const put = () => clients.database.send(new PutItemCommand({ TableName: "Ledger", Item: { id: { S: "1" } } }));
const get = () => clients.database.send(new GetItemCommand({ TableName: "Ledger", Key: { id: { S: "1" } } }));
const turn = (name: string) => clients.database.send(new PutItemCommand({ TableName: "Switches", Item: { name: { S: name } } }));
const look = (name: string) => clients.database.send(new GetItemCommand({ TableName: "Switches", Key: { name: { S: name } } }));
const object = (key: string) => ({ Bucket: "winiswin-papers", Key: key });

test("a function does what its rights name", async () => {
  await as("writer", put);
  await as("writer", () => clients.objects.send(new PutObjectCommand({ ...object("drafts/1"), Body: "text" })));
  await as("writer", () => clients.queues.send(new SendMessageCommand({ QueueUrl: emulators.queueUrls.Errands, MessageBody: "go" })));
  const Entries = [{ Id: "1", MessageBody: "go" }];
  await as("writer", () => clients.queues.send(new SendMessageBatchCommand({ QueueUrl: emulators.queueUrls.Errands, Entries })));
  const event = { Source: "test", DetailType: "Done", Detail: "{}", EventBusName: "Events" };
  await as("writer", () => clients.events.send(new PutEventsCommand({ Entries: [event] })));

  await as("writer", () => turn("lamp#hall"));

  expect((await as("reader", get)).Item).toEqual({ id: { S: "1" } });
  expect((await as("writer", () => look("lamp#hall"))).Item).toEqual({ name: { S: "lamp#hall" } });
  expect((await as("writer", () => look("door"))).Item).toBeUndefined();
  const { Body } = await as("reader", () => clients.objects.send(new GetObjectCommand(object("drafts/1"))));
  expect(await Body?.transformToString()).toBe("text");
  expect(refused).toEqual([]);
});

test.each([
  ["another action on its table", "dynamodb:PutItem", "Ledger", "reader", put],
  ["a scan", "dynamodb:Scan", "Ledger", "writer", () => clients.database.send(new ScanCommand({ TableName: "Ledger" }))],
  ["another row", "dynamodb:GetItem", "Switches", "writer", () => look("halt")],
  ["another action on its row", "dynamodb:PutItem", "Switches", "writer", () => turn("door")],
  [
    "all rows where some are its own",
    "dynamodb:Scan",
    "Switches",
    "writer",
    () => clients.database.send(new ScanCommand({ TableName: "Switches" })),
  ],
  [
    "another object",
    "s3:PutObject",
    "Papers/final",
    "writer",
    () => clients.objects.send(new PutObjectCommand({ ...object("final"), Body: "" })),
  ],
  [
    "a list of objects",
    "s3:ListBucket",
    "Papers",
    "reader",
    () => clients.objects.send(new ListObjectsV2Command({ Bucket: "winiswin-papers" })),
  ],
  [
    "a message",
    "sqs:SendMessage",
    "Errands",
    "reader",
    () => clients.queues.send(new SendMessageCommand({ QueueUrl: emulators.queueUrls.Errands, MessageBody: "go" })),
  ],
  [
    "a look into the queue",
    "sqs:ReceiveMessage",
    "Errands",
    "writer",
    () => clients.queues.send(new ReceiveMessageCommand({ QueueUrl: emulators.queueUrls.Errands })),
  ],
  [
    "an event",
    "events:PutEvents",
    "Events",
    "reader",
    () =>
      clients.events.send(
        new PutEventsCommand({ Entries: [{ Source: "test", DetailType: "Done", Detail: "{}", EventBusName: "Events" }] }),
      ),
  ],
])("%s is refused with the line that would allow it", async (_what, action, resource, functionName, call) => {
  refused.length = 0;

  await expect(as(functionName, call as () => Promise<unknown>)).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });

  const sentence = `${functionName} may not ${action} on ${resource}: add "${action.split(":")[1]}" to ${resource} in its rights, stacks/topology.ts.`;
  expect([...new Set(refused.map((refusal) => refusal.sentence))]).toEqual([sentence]);
});

test("a client without the SDK is recognised as well", async () => {
  const call = () =>
    fetch(emulators.queuesUrl, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
      body: JSON.stringify({ QueueUrl: emulators.queueUrls.Errands, MessageBody: "go" }),
    });

  expect((await as("writer", call)).status).toBe(200);
  expect((await as("reader", call)).status).toBe(400);
});

test("an object that is not there is only told to who may list", async () => {
  const absent = () => clients.objects.send(new GetObjectCommand(object("drafts/absent")));

  await expect(as("writer", absent)).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(as("reader", absent)).rejects.toMatchObject({ name: "AccessDenied" });
});

test("whoever is no function administers the system", async () => {
  await expect(clients.database.send(new ScanCommand({ TableName: "Ledger" }))).resolves.toMatchObject({ Count: 1 });
  expect(await clients.objects.send(new GetObjectCommand(object("drafts/absent"))).catch((error) => error.name)).toBe("NoSuchKey");
});
