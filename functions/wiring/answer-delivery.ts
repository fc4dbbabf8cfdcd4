import type { View } from "@winiswin/application/commands/view";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { deliverToDiscord } from "@winiswin/discord/answer-deferred";
import { deliverToTelegram } from "@winiswin/telegram/deliver-answer";
import { discordDelivery } from "./discord-delivery.ts";
import { telegramDelivery } from "./telegram-delivery.ts";

/** Brings an answer to the surface that asked; rejects when another delivery may still succeed. */
export async function deliver(asked: DeferredCommand, answering: Promise<View | undefined>): Promise<void> {
  const { replyTo } = asked;
  if (replyTo.platform === "discord") await deliverToDiscord(asked, replyTo, answering, discordDelivery());
  else await deliverToTelegram(asked, replyTo, answering, telegramDelivery());
}
