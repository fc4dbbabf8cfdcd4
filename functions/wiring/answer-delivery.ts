import type { View } from "@winiswin/application/commands/view";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import { deliverToDiscord } from "@winiswin/discord/answer-deferred";
import { discordDelivery } from "./discord-delivery.ts";

/** Brings an answer to the surface that asked; throws when another delivery may still succeed. */
export function deliver(asked: DeferredCommand, answering: Promise<View | undefined>): Promise<void> {
  const { replyTo } = asked;
  if (replyTo.platform === "discord") return deliverToDiscord(asked, replyTo, answering, discordDelivery());
  throw new Error("Telegram is not configured");
}
