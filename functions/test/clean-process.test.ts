import { fork } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { generateInteractionKeys, signedInteraction } from "@winiswin/discord/signed-interaction";
import type { APIGatewayProxyEventV2, EventBridgeEvent, SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthorization, type Refusal } from "../../packages/local/src/authorization.ts";
import { type Bus, startBus } from "../../packages/local/src/bus.ts";
import { createRealClock } from "../../packages/local/src/clock.ts";
import { type Emulators, startEmulators } from "../../packages/local/src/emulators.ts";
import { type ExchangeProcess, spawnExchange } from "../../packages/local/src/exchange-process.ts";
import { type FakeDiscord, startFakeDiscord } from "../../packages/local/src/fake-discord.ts";
import { handlerEnvironment } from "../../packages/local/src/links.ts";
import { projectTopology } from "../../packages/local/src/topology.ts";
import { type FunctionDescription, type FunctionName, functions, linksOf } from "../../stacks/topology.ts";
import { root, sstBundle } from "./sst-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "winiswin-bundles-"));
const keys = generateInteractionKeys();
const refused: Refusal[] = [];
const told: EventBridgeEvent<string, unknown>[] = [];
const stops: (() => unknown)[] = [];
const operator = "112233445566778899";
let emulators: Emulators;
let bus: Bus;
let exchange: ExchangeProcess;
let discord: FakeDiscord;
let queues: SQSClient;
/** Every value that handlers could read, the links as JSON by name. */
let environment: Readonly<Record<string, string>>;
let resources: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const remember = (refusal: Refusal) => refused.push(refusal);
  emulators = await startEmulators(projectTopology, { stateFolder: join(folder, "state"), dynamodbPort: 0, queuesPort: 0 }, remember);
  stops.push(() => emulators.stop());
  bus = await startBus({
    port: 0,
    topology: projectTopology,
    authorization: createAuthorization(projectTopology, remember),
    clock: createRealClock(),
    queuesEndpoint: emulators.queuesUrl,
    queueUrls: emulators.queueUrls,
    invoke: async () => ({ status: "succeeded", value: undefined }),
    onEvent: (event) => told.push(event),
  });
  stops.push(() => bus.stop());
  mkdirSync(join(folder, "exchange"));
  exchange = await spawnExchange(
    {
      port: 0,
      market: { kind: "generated", symbols: 3, seed: "bundles" },
      clock: { kind: "real" },
      stateFile: join(folder, "exchange", "account.jsonl"),
    },
    () => undefined,
  );
  stops.push(() => exchange.stop());
  discord = await startFakeDiscord({ port: 0, nowMs: () => Date.now() });
  stops.push(() => discord.stop());
  queues = new SQSClient({
    endpoint: emulators.queuesUrl,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
  });
  stops.push(() => queues.destroy());
  const { SST_RESOURCES_JSON: links = "{}", ...rest } = handlerEnvironment(projectTopology, {
    dynamodbUrl: emulators.dynamodbUrl,
    queuesUrl: emulators.queuesUrl,
    eventsUrl: bus.url,
    queueUrls: emulators.queueUrls,
    functionUrls: {},
    secrets: {
      BinanceApiKey: exchange.apiKey,
      BinanceApiSecret: exchange.apiSecret,
      DiscordPublicKey: keys.publicKey,
      DiscordApplicationId: "1",
      DiscordWebhookUrl: discord.webhookUrl,
      TelegramWebhookSecret: "a-secret-of-telegram",
    },
  });
  resources = JSON.parse(links) as Record<string, unknown>;
  environment = {
    ...rest,
    BINANCE_BASE_URL: exchange.url,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_ALLOWED_USERS: operator,
    ENABLE_TRADING: "true",
    SHARD_COUNT: "1",
    MIN_LISTING_AGE_DAYS: "0",
  };
}, 60_000);
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

type Reply = { readonly ready: true } | { readonly answer: unknown } | { readonly failure: string };

/** Builds the function, starts it in a process that has what AWS gives it and nothing else, and invokes it with each event. */
async function invoke(name: FunctionName, ...events: readonly unknown[]): Promise<readonly unknown[]> {
  const description: FunctionDescription = functions[name];
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const { outputFiles } = await sstBundle(description.handler, description.nativeLibraries);
  if (description.nativeLibraries !== undefined) symlinkSync(join(root, "node_modules"), join(home, "node_modules"), "dir");
  const bundle = join(home, "bundle.mjs");
  writeFileSync(bundle, outputFiles.find(({ path }) => path.endsWith(".mjs"))?.contents ?? "");
  copyFileSync(join(root, "winiswin.yaml"), join(home, "winiswin.yaml"));
  const linked = Object.fromEntries(linksOf(description).map((link) => [`SST_RESOURCE_${link}`, JSON.stringify(resources[link])]));
  const child = fork(join(import.meta.dirname, "invoke-bundle.mjs"), [bundle], {
    cwd: home,
    env: {
      ...environment,
      ...linked,
      SST_RESOURCE_App: JSON.stringify(resources.App),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_ACCESS_KEY_ID: name,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const reply = () =>
    new Promise<Reply>((resolve, reject) => {
      child.once("message", (message) => resolve(message as Reply));
      child.once("exit", (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
    });
  try {
    await reply();
    const answers: unknown[] = [];
    for (const event of events) {
      const answered = reply();
      child.send(event as object);
      const answer = await answered;
      if ("failure" in answer) throw new Error(`${name} failed: ${answer.failure}\n${said}`);
      answers.push("answer" in answer ? answer.answer : undefined);
    }
    return answers;
  } finally {
    child.kill();
  }
}

/** What Lambda's event source mapping would hand over, taken from the queue. */
async function batchFrom(queue: string): Promise<SQSEvent> {
  const QueueUrl = emulators.queueUrls[queue];
  const { Messages = [] } = await queues.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20, MessageSystemAttributeNames: ["All"] }),
  );
  for (const { ReceiptHandle } of Messages) await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return { Records: Messages.map((message) => recordOf(message, queue)) };
}

const recordOf = (message: Message, queue: string): SQSEvent["Records"][number] => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: { ...message.Attributes } as unknown as SQSEvent["Records"][number]["attributes"],
  messageAttributes: {},
  md5OfBody: message.MD5OfBody ?? "",
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
  awsRegion: "eu-central-1",
});

const urlEvent = (body: string, headers: Readonly<Record<string, string>>): APIGatewayProxyEventV2 => ({
  version: "2.0",
  routeKey: "$default",
  rawPath: "/",
  rawQueryString: "",
  headers: { ...headers },
  body,
  isBase64Encoded: false,
  requestContext: {
    accountId: "anonymous",
    apiId: "id",
    domainName: "id.lambda-url.eu-central-1.on.aws",
    domainPrefix: "id",
    http: { method: "POST", path: "/", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    requestId: "1",
    routeKey: "$default",
    stage: "$default",
    time: "21/Nov/2026:10:19:00 +0000",
    timeEpoch: 0,
  },
});

const noFailures = [{ batchItemFailures: [] }];
const minuteMs = 60_000;
const schedule = (atMs: number) => ({ time: `${new Date(atMs).toISOString().slice(0, 16)}:00Z` });

test("the real bundles carry a candle from the schedule to the people, each in a clean process with its own links and rights", async () => {
  // The close before the last one, so that its messages need not wait; too old to be traded, which the executor says.
  const closeMs = Math.floor(Date.now() / (15 * minuteMs)) * 15 * minuteMs - 15 * minuteMs;

  await invoke("dispatchCycle", schedule(closeMs - minuteMs));
  const shard = await batchFrom("AnalysisQueue");
  expect(await invoke("analyzeShard", shard)).toEqual(noFailures);
  const cycle = await batchFrom("ExecutionQueue");
  expect(JSON.parse(cycle.Records[0]?.body ?? "")).toMatchObject({ "detail-type": "CycleAnalyzed", detail: { complete: true } });
  expect(await invoke("executeCycle", cycle)).toEqual(noFailures);
  const news = await batchFrom("NotificationQueue");
  expect(JSON.parse(news.Records[0]?.body ?? "")).toMatchObject({ "detail-type": "CycleExecuted" });
  expect(await invoke("notify", news)).toEqual(noFailures);
  await invoke("guardPositions", schedule(Date.now()));
  await invoke("watchSystem", schedule(Date.now()));

  expect(told.map((event) => event["detail-type"])).toEqual(expect.arrayContaining(["CycleAnalyzed", "CycleExecuted"]));
  expect(refused.map(({ sentence }) => sentence)).toEqual([]);
}, 120_000);

test("a question of Discord is deferred by one bundle and answered by another", async () => {
  const asked = signedInteraction({
    privateKey: keys.privateKey,
    applicationId: "1",
    userId: operator,
    nowMs: Date.now(),
    command: "/status",
  });
  if (!asked.ok) throw new Error(asked.failure);

  const [answer] = await invoke("discordInteractions", urlEvent(asked.value.body, asked.value.headers));
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ type: 5 });
  expect(await invoke("answerCommand", await batchFrom("CommandQueue"))).toEqual(noFailures);

  expect(discord.messages().some(({ kind, token }) => kind === "answer" && token === asked.value.interactionToken)).toBe(true);
  expect(refused.map(({ sentence }) => sentence)).toEqual([]);
}, 60_000);

test("an alarm of CloudWatch, as its rule translates it, is told by the bundle", async () => {
  const alarm = {
    id: "1",
    source: "winiswin",
    "detail-type": "AlarmChanged",
    time: "2026-11-21T10:19:00Z",
    detail: { type: "AlarmChanged", alarm: "winiswin-dev-CyclesMissing", state: "ALARM", reason: "no datapoints were received" },
  };

  await invoke("notify", alarm);

  expect(JSON.stringify(discord.messages().map(({ content }) => content))).toContain("winiswin-dev-CyclesMissing");
}, 60_000);

test("whoever does not know the secret of the address is refused by the bundle", async () => {
  const [unsigned] = await invoke("discordInteractions", urlEvent('{"type":1}', {}));
  const [foreign] = await invoke("telegramUpdates", urlEvent('{"update_id":1}', { "x-telegram-bot-api-secret-token": "wrong" }));

  expect(unsigned).toMatchObject({ statusCode: 401 });
  expect((foreign as { statusCode: number }).statusCode).toBeGreaterThanOrEqual(400);
}, 60_000);
