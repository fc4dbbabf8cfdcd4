import { createControlStore, createCycleStore, createSignalStore } from "@winiswin/storage";
import { silentLogger } from "@winiswin/testkit";
import { aCycle, putCycle } from "@winiswin/testkit/cycles";
import { aSignal } from "@winiswin/testkit/signals";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../packages/discord/test/discord-server.ts";
import { type EmulatedTables, startTables } from "../../packages/storage/test/emulated-storage.ts";
import { startTelegramServer, type TelegramServer } from "../../packages/telegram/test/telegram-server.ts";
import { useClock } from "../clock.ts";

const nowMs = Date.UTC(2026, 10, 21, 10, 19);

/** Everything that the answer to other questions is made of. */
const brokenModules = [
  "@winiswin/application/execution/execute-cycle",
  "@winiswin/application/execution/guard-positions",
  "@winiswin/application/configuration",
  "@winiswin/application/commands/registry",
  "@winiswin/strategies",
  "@winiswin/binance",
  "@winiswin/storage/cycle-store",
  "@winiswin/storage/position-store",
];

let discord: DiscordServer;
let telegram: TelegramServer;
let tables: EmulatedTables;

beforeAll(async () => {
  [discord, telegram] = await Promise.all([startDiscordServer(), startTelegramServer()]);
  vi.stubEnv("TELEGRAM_API_URL", telegram.apiUrl);
  vi.stubEnv("SST_RESOURCE_TelegramBotToken", JSON.stringify({ value: telegram.botToken }));
  tables = await startTables();
  const endpoint = await tables.table("Cycles").client.config.endpoint?.();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  vi.stubEnv("DISCORD_API_URL", discord.apiUrl);
  vi.stubEnv("SST_RESOURCE_App", '{"name":"winiswin","stage":"test"}');
  for (const table of ["Cycles", "Decisions", "Features", "Signals", "Positions", "Orders", "Trades", "Control"])
    vi.stubEnv(`SST_RESOURCE_${table}`, JSON.stringify({ name: table }));
  vi.stubEnv("SST_RESOURCE_Snapshots", '{"name":"snapshots"}');
  vi.stubEnv("SST_RESOURCE_Events", '{"name":"Events"}');
  vi.stubEnv("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://127.0.0.1:1");
  for (const secret of ["BinanceApiKey", "BinanceApiSecret", "DiscordWebhookUrl"]) vi.stubEnv(`SST_RESOURCE_${secret}`, '{"value":""}');
  useClock({ nowMs: () => nowMs, sleepUntil: async () => undefined, realMsUntil: () => 0 });
  await putCycle(createCycleStore(tables.table("Cycles")), aCycle({ signals: 1 }));
  await createSignalStore(tables.table("Signals")).putAll([aSignal()]);
});
afterAll(async () => {
  await tables.stop();
  await Promise.all([discord.close(), telegram.close()]);
});

const aRecord = (messageId: string, body: string): SQSRecord => ({
  messageId,
  receiptHandle: "handle",
  body,
  attributes: { ApproximateReceiveCount: "1", SentTimestamp: "0", SenderId: "x", ApproximateFirstReceiveTimestamp: "0" },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:CommandQueue",
  awsRegion: "eu-central-1",
});

const anEvent = (...bodies: readonly string[]): SQSEvent => ({ Records: bodies.map((body, index) => aRecord(`message-${index}`, body)) });

const asked = (command: string, interactionToken: string, options: Record<string, string> = {}) =>
  JSON.stringify({
    askId: `discord-${interactionToken}`,
    question: { command, options },
    operator: { platform: "discord", id: "7", mayAct: true, isPrivate: true },
    replyTo: { platform: "discord", applicationId: "999", interactionToken },
  });

test("each command on the queue is answered from the tables; a message that is none is the only one to come again", async () => {
  const { handler } = await import("./answer-command.ts");

  const response = await handler(
    anEvent(
      asked("status", "status"),
      "no command",
      asked("why", "why", { symbol: "btc" }),
      asked("balance", "balance"),
      asked("positions", "positions"),
      asked("signals", "signals"),
      asked("stats", "stats"),
    ),
  );

  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
  expect(JSON.stringify(discord.answerOf("status"))).toContain("Alive: the last cycle closed 4m 00s ago.");
  expect(JSON.stringify(discord.answerOf("why"))).toContain("no decision is stored");
  expect(JSON.stringify(discord.answerOf("balance"))).toContain("No API key of the exchange is configured");
  expect(JSON.stringify(discord.answerOf("positions"))).toContain("No position is on our record.");
  expect(JSON.stringify(discord.answerOf("signals"))).toContain("BTCUSDT long");
  expect(JSON.stringify(discord.answerOf("stats"))).toContain("No trade is closed yet");
});

test("an outage of Discord brings the message again", async () => {
  const { handler } = await import("./answer-command.ts");
  discord.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 500 }) as const));

  const response = await handler(anEvent(asked("status", "later")));

  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
  expect(await handler(anEvent(asked("status", "later")))).toEqual({ batchItemFailures: [] });
  expect(discord.answerOf("later")).toBeDefined();
});

test("/halt stops although exchange, strategies, configuration and every other command throw when they are loaded, and no bus answers", async () => {
  const broken = async () => {
    throw new Error("broken at import");
  };
  for (const path of brokenModules) vi.doMock(path, broken);
  vi.resetModules();
  const { handler } = await import("./answer-command.ts");
  const control = createControlStore(tables.table("Control"), silentLogger);

  const response = await handler(anEvent(asked("halt", "halt", { reason: "storm" }), asked("status", "broken")));

  expect(response).toEqual({ batchItemFailures: [] });
  expect(await control.halt()).toMatchObject({ reason: "storm", by: "discord:7" });
  expect(JSON.stringify(discord.answerOf("halt"))).toMatch(/HALTED by discord:7.*could not be published/);
  expect(JSON.stringify(discord.answerOf("broken"))).toContain("/halt and /pause still work");
  for (const path of brokenModules) vi.doUnmock(path);
  vi.resetModules();
});

test("a question of Telegram goes the same way: words are options, and a confirmation counts once", async () => {
  const { handler } = await import("./answer-command.ts");
  const ask = (askId: string, question: object, replyTo: object = {}) =>
    JSON.stringify({
      askId,
      question,
      operator: { platform: "telegram", id: "112233", mayAct: true, isPrivate: true },
      replyTo: { platform: "telegram", chatId: "112233", ...replyTo },
    });

  await handler(anEvent(ask("telegram-1", { command: "block", options: {}, words: "eth 4 reason:news" })));
  await handler(anEvent(ask("telegram-2", { command: "flatten", options: {} })));
  const [, preview] = telegram.sent as unknown as { reply_markup: { inline_keyboard: { callback_data: string }[][] } }[];
  const yes = preview?.reply_markup.inline_keyboard[0]?.[0]?.callback_data;
  await handler(anEvent(ask("telegram-3", { button: yes }, { messageId: 2 }), ask("telegram-4", { button: yes }, { messageId: 2 })));

  const control = createControlStore(tables.table("Control"), silentLogger);
  expect(telegram.sent.map(({ method }) => method)).toEqual(["sendMessage", "sendMessage", "editMessageText"]);
  expect(await control.symbolBlocks()).toMatchObject([{ symbol: "ETHUSDT", reason: "news", by: "telegram:112233" }]);
  expect(await control.halt()).toMatchObject({ reason: "flatten", by: "telegram:112233" });
  expect(await control.closeRequests()).toMatchObject([{ symbol: undefined, by: "telegram:112233" }]);
});
