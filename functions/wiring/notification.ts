import type { TellingDependencies } from "@winiswin/application/notifications/tell-people";
import type { NotificationChannel } from "@winiswin/application/ports/notifications";
import { createDiscordChannel } from "@winiswin/discord/discord-channel";
import { notificationOf } from "@winiswin/discord/event-embed";
import { createTextMessageChannel, parsePhoneNumbers } from "@winiswin/sms/text-message-channel";
import { createNotificationMemory } from "@winiswin/storage/notification-memory";
import { createTelegramChannel } from "@winiswin/telegram/telegram-channel";
import { Resource } from "sst";
import { currentClock, currentLogger } from "../clock.ts";
import { allowedChats, discordApi, telegramApi } from "./channel-apis.ts";
import { configuration } from "./configuration.ts";
import { table } from "./control.ts";
import { mode } from "./mode.ts";
import { once } from "./once.ts";
import { publishTextMessage } from "./text-messages.ts";

const memory = once(() => createNotificationMemory(table(Resource.Control.name)));

/** In a month, all numbers together, unless the environment says otherwise. */
const usualTextMessageCap = 30;

export const telling = (): TellingDependencies => {
  const footer = `bot ${configuration().bot} · ${mode()}`;
  return {
    clock: currentClock(),
    logger: currentLogger(),
    memory: memory(),
    channels: channels(),
    notificationOf: (event) => notificationOf(event, currentClock().nowMs(), footer),
  };
};

/** Those that are configured; without any the log has it all. */
const channels = once((): readonly NotificationChannel[] => [...discordChannel(), ...telegramChannel(), ...textMessageChannel()]);

function discordChannel(): readonly NotificationChannel[] {
  const webhookUrl = Resource.DiscordWebhookUrl.value;
  return webhookUrl === "" ? [] : [createDiscordChannel({ webhookUrl, discord: discordApi(), logger: currentLogger() })];
}

function telegramChannel(): readonly NotificationChannel[] {
  const [telegram, [chatId]] = [telegramApi(), allowedChats()];
  return telegram === undefined || chatId === undefined ? [] : [createTelegramChannel({ chatId, telegram, logger: currentLogger() })];
}

function textMessageChannel(): readonly NotificationChannel[] {
  const phoneNumbers = parsePhoneNumbers(Resource.SmsPhoneNumbers.value);
  if (phoneNumbers.length === 0) return [];
  return [
    createTextMessageChannel({
      phoneNumbers,
      monthlyCap: textMessageCap(),
      memory: memory(),
      clock: currentClock(),
      logger: currentLogger(),
      publish: publishTextMessage,
    }),
  ];
}

function textMessageCap(): number {
  const { SMS_MONTHLY_CAP: given = "" } = process.env;
  if (given !== "" && !/^\d{1,4}$/.test(given)) throw new Error(`SMS_MONTHLY_CAP is "${given}" but must be a whole number from 0 to 9999`);
  return given === "" ? usualTextMessageCap : Number(given);
}
