import type { Logger } from "@winiswin/application/ports/logger";
import type { Notification, NotificationChannel, Told } from "@winiswin/application/ports/notifications";
import type { APIEmbed } from "discord-api-types/v10";
import type { DiscordApi } from "./discord-api.ts";
import { embedLength, limits, messageFlags } from "./protocol.ts";
import { renderEmbed } from "./render-embed.ts";

export interface DiscordChannelSettings {
  readonly webhookUrl: string;
  readonly discord: Pick<DiscordApi, "post">;
  readonly logger: Logger;
}

interface Message {
  readonly embeds: readonly APIEmbed[];
  readonly isSilent: boolean;
}

/** The channel behind a webhook; several notifications are one message where they fit, because a rate limit counts messages. */
export const createDiscordChannel = ({ webhookUrl, discord, logger }: DiscordChannelSettings): NotificationChannel => ({
  name: "discord",
  async tell(notifications): Promise<Told> {
    for (const { embeds, isSilent } of messagesOf(notifications)) {
      const message = { embeds, allowed_mentions: { parse: [] }, ...(isSilent ? { flags: messageFlags.silent } : {}) };
      const delivered = await discord.post(webhookUrl, message);
      if (delivered.ok) continue;
      const { kind, reason } = delivered.failure;
      if (kind === "later") return { outcome: "later", reason };
      logger.error("notification dropped", { channel: "discord", kind, reason });
    }
    return { outcome: "taken" };
  },
});

/** In their order; what rings and what does not are different messages. */
function messagesOf(notifications: readonly Notification[]): readonly Message[] {
  const messages: { embeds: APIEmbed[]; isSilent: boolean; length: number }[] = [];
  for (const { level, view } of notifications) {
    const embed = renderEmbed(view);
    const length = embedLength(embed);
    const isSilent = level === "silent";
    const last = messages.at(-1);
    const fits =
      last !== undefined && last.isSilent === isSilent && last.embeds.length < limits.embeds && last.length + length <= limits.embedTotal;
    if (fits) {
      last.embeds.push(embed);
      last.length += length;
    } else messages.push({ embeds: [embed], isSilent, length });
  }
  return messages;
}
