import { createDiscordApi } from "@winiswin/discord/discord-api";
import { parseAllowedChats } from "@winiswin/telegram/allowed-chats";
import { createTelegramApi, type TelegramApi } from "@winiswin/telegram/telegram-api";
import { Resource } from "sst";
import { currentLogger } from "../clock.ts";
import { once } from "./once.ts";

export const discordApi = once(() =>
  createDiscordApi({ apiUrl: process.env.DISCORD_API_URL || "https://discord.com/api/v10", logger: currentLogger() }),
);

export const allowedChats = once(() => parseAllowedChats(process.env.TELEGRAM_ALLOWED_CHATS));

/** Undefined without a token: then Telegram is not configured. */
export const telegramApi = once((): TelegramApi | undefined => {
  const botToken = Resource.TelegramBotToken.value;
  return botToken === ""
    ? undefined
    : createTelegramApi({ apiUrl: process.env.TELEGRAM_API_URL || "https://api.telegram.org", botToken, logger: currentLogger() });
});
