import { createHash, timingSafeEqual } from "node:crypto";
import type { Logger } from "@winiswin/application/ports/logger";
import type { CommandQueue, DeferredCommand, Question } from "@winiswin/application/ports/messages";
import * as z from "zod/mini";
import type { AllowedChats } from "./allowed-chats.ts";

/** What the endpoint needs; like Discord's it knows no command. */
export interface UpdateFront {
  /** Given to Telegram with the address of the webhook, and sent back by it with every update. */
  readonly webhookSecret: string;
  readonly allowedChats: AllowedChats;
  readonly commandQueue: CommandQueue;
  readonly logger: Logger;
}

export interface UpdateRequest {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface UpdateAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const secretHeader = "x-telegram-bot-api-secret-token";
const longestBody = 64 * 1024;
const longestText = 1000;

const chat = z.object({ id: z.int(), type: z.string() });
const person = z.object({ id: z.int() });
const update = z.object({
  update_id: z.int(),
  message: z.optional(z.object({ text: z.optional(z.string()), chat, from: z.optional(person) })),
  callback_query: z.optional(
    z.object({
      id: z.string(),
      from: person,
      data: z.optional(z.string().check(z.maxLength(64))),
      message: z.optional(z.object({ message_id: z.int(), chat })),
    }),
  ),
});

type Update = z.output<typeof update>;

/**
 * Verifies an update of Telegram and queues the question in it. An update that is not understood or not allowed is answered with 200 all
 * the same, because Telegram would send it again; one that could not be queued is not, so that it does.
 */
export async function answerUpdate(request: UpdateRequest, front: UpdateFront): Promise<UpdateAnswer> {
  if (!isFromTelegram(request, front.webhookSecret)) {
    front.logger.warn("update refused", { status: 401, reason: "the secret token is missing or wrong" });
    return json(401, { error: "the secret token is missing or wrong" });
  }
  const text = request.isBase64Encoded ? Buffer.from(request.body ?? "", "base64").toString("utf8") : (request.body ?? "");
  if (text.length > longestBody) return json(413, { error: "the body is too large" });
  const parsed = update.safeParse(jsonOf(text));
  if (!parsed.success) return json(400, { error: "the body is no update" });
  const asked = askedIn(parsed.data);
  if (asked === undefined) return json(200, {});
  const { chatId, userId } = asked;
  const isAllowed = front.allowedChats.has(userId) || front.allowedChats.has(chatId);
  if (!isAllowed) {
    front.logger.warn("command not allowed", { chatId, userId });
    return json(200, {
      method: "sendMessage",
      chat_id: chatId,
      text: `Your chat id ${chatId} is not on the list of those who may ask (TELEGRAM_ALLOWED_CHATS), so nothing is shown to you.`,
    });
  }
  try {
    await front.commandQueue.send(deferred(parsed.data.update_id, asked, front.allowedChats.has(userId)));
  } catch (error) {
    front.logger.error("command not queued", { reason: error instanceof Error ? error.message : String(error) });
    return json(500, { error: "the question could not be queued" });
  }
  return json(200, asked.callbackId === undefined ? {} : { method: "answerCallbackQuery", callback_query_id: asked.callbackId });
}

interface Asked {
  readonly question: Question;
  readonly chatId: string;
  readonly userId: string;
  readonly isPrivate: boolean;
  readonly messageId: number | undefined;
  readonly callbackId: string | undefined;
}

/** Undefined for what nobody asked: a joined group, a picture, a sentence. */
function askedIn({ message, callback_query: click }: Update): Asked | undefined {
  if (click?.data !== undefined && click.message !== undefined) {
    const { chat: where, message_id: messageId } = click.message;
    return { question: { button: click.data }, ...placeOf(where, click.from.id), messageId, callbackId: click.id };
  }
  if (message?.text === undefined || message.from === undefined) return undefined;
  const question = questionIn(message.text);
  return question === undefined
    ? undefined
    : { question, ...placeOf(message.chat, message.from.id), messageId: undefined, callbackId: undefined };
}

const placeOf = (where: { readonly id: number; readonly type: string }, userId: number) => ({
  chatId: String(where.id),
  userId: String(userId),
  isPrivate: where.type === "private",
});

/** "/halt@winiswin_bot storm": the words behind the command are read by the worker, which knows the options. */
function questionIn(text: string): Question | undefined {
  const parts = /^\/([a-z_]{1,32})(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(text.trim().slice(0, longestText));
  if (parts?.[1] === undefined) return undefined;
  return { command: parts[1], options: {}, ...(parts[2] === undefined ? {} : { words: parts[2] }) };
}

const deferred = (updateId: number, { question, userId, isPrivate, chatId, messageId }: Asked, mayAct: boolean): DeferredCommand => ({
  askId: `telegram-${updateId}`,
  question,
  operator: { platform: "telegram", id: userId, mayAct, isPrivate },
  replyTo: { platform: "telegram", chatId, ...(messageId === undefined ? {} : { messageId }) },
});

function isFromTelegram({ headers }: UpdateRequest, secret: string): boolean {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === secretHeader)?.[1];
  // An empty secret means that Telegram is not configured: then nobody is let in.
  if (given === undefined || secret === "") return false;
  // Hashed, because what is compared must be of one length in bytes, and the length of the secret is nobody's business.
  return timingSafeEqual(digestOf(given), digestOf(secret));
}

const digestOf = (words: string): Buffer => createHash("sha256").update(words, "utf8").digest();

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const json = (statusCode: number, body: unknown): UpdateAnswer => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
