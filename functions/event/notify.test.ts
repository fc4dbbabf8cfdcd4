import type { EventBridgeEvent, SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../packages/discord/test/discord-server.ts";
import { type EmulatedTables, startTables } from "../../packages/storage/test/emulated-storage.ts";
import { startTelegramServer, type TelegramServer } from "../../packages/telegram/test/telegram-server.ts";

let discord: DiscordServer;
let telegram: TelegramServer;
let tables: EmulatedTables;

beforeAll(async () => {
  [discord, telegram, tables] = await Promise.all([startDiscordServer(), startTelegramServer(), startTables()]);
  const endpoint = await tables.table("Control").client.config.endpoint?.();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
  vi.stubEnv("SST_RESOURCE_Control", '{"name":"Control"}');
  vi.stubEnv("SST_RESOURCE_DiscordWebhookUrl", JSON.stringify({ value: discord.webhookUrl }));
  vi.stubEnv("SST_RESOURCE_TelegramBotToken", JSON.stringify({ value: telegram.botToken }));
  vi.stubEnv("SST_RESOURCE_SmsPhoneNumbers", '{"value":""}');
  vi.stubEnv("TELEGRAM_API_URL", telegram.apiUrl);
  vi.stubEnv("TELEGRAM_ALLOWED_CHATS", "112233");
  vi.stubEnv("ENABLE_TRADING", "true");
  vi.stubEnv("BINANCE_BASE_URL", "http://127.0.0.1:9999");
});
afterAll(async () => {
  await Promise.all([discord.close(), telegram.close(), tables.stop()]);
});

const frozen = (symbol: string) => ({ type: "SymbolFrozen", symbol, reason: "an order with unknown outcome" });

const anEvent = (detail: { type: string } & Record<string, unknown>): EventBridgeEvent<string, unknown> => ({
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  source: "winiswin",
  account: "123456789012",
  time: "2026-11-21T10:19:00Z",
  region: "eu-central-1",
  resources: [],
  "detail-type": detail.type,
  detail,
});

const queued = (receives: number, ...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: "handle",
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: "0",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:NotificationQueue.fifo",
    awsRegion: "eu-central-1",
  })),
});

const of = (detail: { type: string } & Record<string, unknown>) => JSON.stringify(anEvent(detail));

test("events of the queue reach every channel in one message, with bot and mode below; what is no event holds back nothing", async () => {
  const { handler } = await import("./notify.ts");

  const response = await handler(queued(1, of(frozen("BTCUSDT")), "nonsense", of(frozen("ETHUSDT"))));

  expect(response).toEqual({ batchItemFailures: [] });
  expect(discord.posts).toMatchObject([
    {
      embeds: [
        { title: "Entries frozen: BTCUSDT", footer: { text: "bot main · paper" } },
        { title: "Entries frozen: ETHUSDT", description: "an order with unknown outcome" },
      ],
    },
  ]);
  expect(telegram.sent).toMatchObject([
    { method: "sendMessage", chat_id: "112233", text: expect.stringContaining("Entries frozen: ETHUSDT") },
  ]);
});

test("an outage of Discord brings the message again, and Telegram does not get it twice", async () => {
  const { handler } = await import("./notify.ts");
  const before = [discord.posts.length, telegram.sent.length];
  discord.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 503 }) as const));

  const first = await handler(queued(1, of(frozen("SOLUSDT"))));
  const second = await handler(queued(2, of(frozen("SOLUSDT"))));

  expect([first, second]).toEqual([{ batchItemFailures: [{ itemIdentifier: "m0" }] }, { batchItemFailures: [] }]);
  expect([discord.posts.length - (before[0] ?? 0), telegram.sent.length - (before[1] ?? 0)]).toEqual([1, 1]);
});

test("an alarm that wakes it directly is told, and what is none is thrown back", async () => {
  const { handler } = await import("./notify.ts");
  const before = discord.posts.length;

  await handler(anEvent({ type: "AlarmChanged", alarm: "winiswin-test-CyclesMissing", state: "ALARM", reason: "no datapoints" }));

  expect(discord.posts.length).toBe(before + 1);
  await expect((async () => handler(anEvent({ type: "Nonsense" })))()).rejects.toThrow();
});
