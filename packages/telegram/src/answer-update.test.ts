import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { recordingLogger } from "@winiswin/testkit/recording-logger";
import { expect, test } from "vitest";
import { parseAllowedChats } from "./allowed-chats.ts";
import { answerUpdate, type UpdateFront } from "./answer-update.ts";

const secret = "a-secret_of-32-characters-in-all";

function aFront(over: Partial<UpdateFront> = {}) {
  const queued: DeferredCommand[] = [];
  const front: UpdateFront = {
    webhookSecret: secret,
    allowedChats: parseAllowedChats("7, -100"),
    commandQueue: {
      async send(command) {
        queued.push(command);
      },
    },
    logger: recordingLogger(),
    ...over,
  };
  return { ...front, queued };
}

const request = (content: unknown, token: string | undefined = secret) => ({
  body: typeof content === "string" ? content : JSON.stringify(content),
  isBase64Encoded: false,
  headers: { "x-telegram-bot-api-secret-token": token },
});

const aMessage = (text: string, chat = { id: 7, type: "private" }, from = 7) => ({
  update_id: 55,
  message: { message_id: 1, text, chat, from: { id: from } },
});

test("a command is queued with its words, whose meaning the worker knows", async () => {
  const front = aFront();

  const answer = await answerUpdate(request(aMessage("/why@winiswin_bot btc")), front);

  expect(answer).toMatchObject({ statusCode: 200, body: "{}" });
  expect(front.queued).toEqual([
    {
      askId: "telegram-55",
      question: { command: "why", options: {}, words: "btc" },
      operator: { platform: "telegram", id: "7", mayAct: true, isPrivate: true },
      replyTo: { platform: "telegram", chatId: "7" },
    },
  ]);
});

test("a touched button is queued with its message, and acknowledged", async () => {
  const front = aFront();
  const click = {
    id: "99",
    from: { id: 7 },
    data: "v1:yes:0011223344556677",
    message: { message_id: 12, chat: { id: 7, type: "private" } },
  };

  const answer = await answerUpdate(request({ update_id: 56, callback_query: click }), front);

  expect(JSON.parse(answer.body)).toEqual({ method: "answerCallbackQuery", callback_query_id: "99" });
  expect(front.queued).toMatchObject([{ question: { button: click.data }, replyTo: { chatId: "7", messageId: 12 } }]);
});

test("everybody of an allowed group may look there without money, and act only when named themselves", async () => {
  const front = aFront();
  const group = { id: -100, type: "supergroup" };

  await answerUpdate(request(aMessage("/status", group, 8)), front);
  await answerUpdate(request(aMessage("/halt", group, 7)), front);

  expect(front.queued.map(({ operator }) => operator)).toEqual([
    { platform: "telegram", id: "8", mayAct: false, isPrivate: false },
    { platform: "telegram", id: "7", mayAct: true, isPrivate: false },
  ]);
});

test("a stranger is told his chat id and nothing else", async () => {
  const front = aFront();

  const answer = await answerUpdate(request(aMessage("/balance", { id: 9, type: "private" }, 9)), front);

  expect(JSON.parse(answer.body)).toMatchObject({
    method: "sendMessage",
    chat_id: "9",
    text: expect.stringContaining("chat id 9 is not on the list"),
  });
  expect(front.queued).toEqual([]);
});

test.each([
  ["no secret", { ...request(aMessage("/halt")), headers: {} }, 401],
  ["another secret", request(aMessage("/halt"), "x".repeat(secret.length)), 401],
  ["a longer secret", request(aMessage("/halt"), `${secret}x`), 401],
  ["no JSON", request("{"), 400],
  ["no update", request({ hello: 1 }), 400],
  ["far too large", request({ update_id: 1, padding: "x".repeat(70_000) }), 413],
  ["a sentence", request(aMessage("hello there")), 200],
  ["a picture", request({ update_id: 1, message: { message_id: 1, chat: { id: 7, type: "private" }, from: { id: 7 } } }), 200],
  ["a joined group", request({ update_id: 1, my_chat_member: {} }), 200],
  ["a button too long", request({ update_id: 1, callback_query: { id: "1", from: { id: 7 }, data: "x".repeat(65) } }), 400],
])("an update that is %s has no effect", async (_name, given, status) => {
  const front = aFront();

  expect((await answerUpdate(given, front)).statusCode).toBe(status);
  expect(front.queued).toEqual([]);
});

test.each([
  ["of the same length with characters of two bytes", "é".repeat(secret.length)],
  ["that begins like it", secret.slice(0, -1)],
  ["that is empty", ""],
])("a secret token %s is refused and breaks nothing", async (_name, token) => {
  const front = aFront();

  expect((await answerUpdate(request(aMessage("/halt"), token), front)).statusCode).toBe(401);
  expect(front.queued).toEqual([]);
});

test("without a secret nobody is let in, and an update that could not be queued comes again", async () => {
  const unconfigured = aFront({ webhookSecret: "" });
  expect((await answerUpdate(request(aMessage("/halt"), ""), unconfigured)).statusCode).toBe(401);

  const front = aFront({ commandQueue: { send: () => Promise.reject(new Error("no queue")) } });
  expect((await answerUpdate(request(aMessage("/halt")), front)).statusCode).toBe(500);
});

test("a typing error in the list of chats does not pass for an empty one", () => {
  expect(() => parseAllowedChats("7,anna")).toThrow('holds "anna"');
});
