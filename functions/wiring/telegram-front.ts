import { parseAllowedChats } from "@winiswin/telegram/allowed-chats";
import type { UpdateFront } from "@winiswin/telegram/answer-update";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { commandQueue } from "./command-queue.ts";
import { once } from "./once.ts";

const chats = once(() => parseAllowedChats(process.env.TELEGRAM_ALLOWED_CHATS));

export const telegramFront = (): UpdateFront => ({
  webhookSecret: Resource.TelegramWebhookSecret.value,
  allowedChats: chats(),
  commandQueue: commandQueue(),
  logger: currentLogger(),
});
