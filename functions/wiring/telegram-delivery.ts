import type { TelegramDelivery } from "@winiswin/telegram/deliver-answer";
import { currentLogger } from "../clock.ts";
import { telegramApi } from "./channel-apis.ts";
import { illustrator } from "./pictures.ts";

export function telegramDelivery(): TelegramDelivery {
  const telegram = telegramApi();
  if (telegram === undefined) throw new Error("a question came from Telegram, but no token of a bot is configured");
  return { telegram, logger: currentLogger(), illustrator: illustrator() };
}
