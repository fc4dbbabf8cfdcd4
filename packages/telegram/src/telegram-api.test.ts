import { text, type View } from "@winiswin/application/commands/view";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTelegramServer, type TelegramServer } from "../test/telegram-server.ts";
import { deliverToTelegram } from "./deliver-answer.ts";
import { createTelegramApi } from "./telegram-api.ts";
import { createTelegramChannel } from "./telegram-channel.ts";

let server: TelegramServer;
let before = 0;
beforeAll(async () => {
  server = await startTelegramServer();
});
afterAll(() => server.close());
beforeEach(() => {
  before = server.sent.length;
});

const sent = () => server.sent.slice(before);
const waits: number[] = [];
const logger = recordingLogger();
const anApi = (over: object = {}) =>
  createTelegramApi({
    apiUrl: server.apiUrl,
    botToken: server.botToken,
    logger,
    wait: async (spanMs) => {
      waits.push(spanMs);
    },
    ...over,
  });

const aView = (over: Partial<View> = {}): View => ({ title: "Status", tone: "good", blocks: [text("Alive & <well>.")], atMs: 0, ...over });
const asked = { askId: "telegram-1" };

test("an answer is a new message with the keyboard that stays, or takes the place of the touched one", async () => {
  const delivery = { telegram: anApi(), logger, illustrator: undefined };
  const buttons = [{ label: "Refresh", style: "plain" as const, key: "v1:ask:status" }];

  await deliverToTelegram(asked, { platform: "telegram", chatId: "7" }, Promise.resolve(aView()), delivery);
  await deliverToTelegram(asked, { platform: "telegram", chatId: "7", messageId: 3 }, Promise.resolve(aView({ buttons })), delivery);
  await deliverToTelegram(asked, { platform: "telegram", chatId: "7", messageId: 3 }, Promise.resolve(undefined), delivery);

  expect(sent()).toMatchObject([
    {
      method: "sendMessage",
      chat_id: "7",
      parse_mode: "HTML",
      text: expect.stringContaining("Alive &amp; &lt;well&gt;."),
      reply_markup: { is_persistent: true },
    },
    {
      method: "editMessageText",
      message_id: 3,
      reply_markup: { inline_keyboard: [[{ text: "Refresh", callback_data: "v1:ask:status" }]] },
    },
  ]);
});

test("a picture follows its text", async () => {
  const png = new Uint8Array([0x89, 0x50]);
  const picture = { kind: "equity", title: "Equity", points: [] } as const;

  await deliverToTelegram(asked, { platform: "telegram", chatId: "7" }, Promise.resolve(aView({ picture })), {
    telegram: anApi(),
    logger,
    illustrator: { png: async () => png },
  });

  expect(sent().map(({ method }) => method)).toEqual(["sendMessage", "sendPhoto"]);
  expect(sent()[1]).toMatchObject({ chat_id: "7", caption: "Equity", photo: png });
});

test("an outage is thrown so that the queue delivers again, a chat that is gone is not", async () => {
  const delivery = { telegram: anApi(), logger, illustrator: undefined };
  const deliver = () => deliverToTelegram(asked, { platform: "telegram", chatId: "7" }, Promise.resolve(aView()), delivery);

  server.failNext(...Array.from({ length: 3 }, () => ({ kind: "disconnect" }) as const));
  await expect(deliver()).rejects.toThrow("was not delivered");
  server.failNext({ kind: "status", status: 403, body: { ok: false, description: "Forbidden: bot was blocked by the user" } });
  await deliver();
  server.failNext({ kind: "status", status: 400, body: { ok: false, description: "Bad Request: message is not modified: ..." } });
  await deliver();

  expect(sent()).toEqual([]);
  expect(logger.lines.filter(({ message }) => message === "answer dropped")).toHaveLength(1);
  expect(JSON.stringify(logger.lines)).not.toContain(server.botToken);
});

test("a rate limit is waited for when it is short and left for later when it is long", async () => {
  server.failNext({ kind: "status", status: 429, body: { ok: false, parameters: { retry_after: 2 } } });
  expect(await anApi().call("sendMessage", { chat_id: "7", text: "x" })).toMatchObject({ ok: true });
  expect(waits.at(-1)).toBe(2000);

  server.failNext({ kind: "status", status: 429, body: { ok: false, parameters: { retry_after: 60 } } });
  expect(await anApi().call("sendMessage", { chat_id: "7", text: "x" })).toMatchObject({ ok: false, failure: { kind: "later" } });
});

test("the channel puts several notifications into one message within the limit, and rings when one of them does", async () => {
  const channel = createTelegramChannel({ chatId: "7", telegram: anApi(), logger });
  const long = (level: "alert" | "silent") =>
    ({ type: "SymbolFrozen", level, view: aView({ blocks: Array.from({ length: 3 }, () => text("x".repeat(600))) }) }) as const;

  expect(await channel.tell([long("silent"), long("alert"), long("silent")])).toEqual({ outcome: "taken" });

  expect(sent().map(({ disable_notification: quiet, text: html }) => [quiet, String(html).match(/Status/g)?.length])).toEqual([
    [false, 2],
    [true, 1],
  ]);
  server.failNext({ kind: "status", status: 502 }, { kind: "status", status: 502 }, { kind: "status", status: 502 });
  expect(await channel.tell([long("alert")])).toMatchObject({ outcome: "later" });
});
