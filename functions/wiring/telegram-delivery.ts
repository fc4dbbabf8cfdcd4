import { parseAllowedChats } from "@winiswin/telegram/allowed-chats";
import type { TelegramDelivery } from "@winiswin/telegram/deliver-answer";
import { createTelegramApi, type TelegramApi } from "@winiswin/telegram/telegram-api";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { once } from "./once.ts";
import { illustrator } from "./pictures.ts";

export const allowedChats = once(() => parseAllowedChats(process.env.TELEGRAM_ALLOWED_CHATS));

/** Undefined without a token: then Telegram is not configured. */
export const telegramApi = once((): TelegramApi | undefined => {
  const botToken = Resource.TelegramBotToken.value;
  return botToken === ""
    ? undefined
    : createTelegramApi({ apiUrl: process.env.TELEGRAM_API_URL || "https://api.telegram.org", botToken, logger: currentLogger() });
});

export function telegramDelivery(): TelegramDelivery {
  const telegram = telegramApi();
  if (telegram === undefined) throw new Error("a question came from Telegram, but no token of a bot is configured");
  return { telegram, logger: currentLogger(), illustrator: illustrator() };
}
