import type { Logger } from "@winiswin/application/ports/logger";
import type { NotificationChannel, Told } from "@winiswin/application/ports/notifications";
import { limits } from "./limits.ts";
import { renderView } from "./render-view.ts";
import type { TelegramApi } from "./telegram-api.ts";

export interface TelegramChannelSettings {
  readonly chatId: string;
  readonly telegram: TelegramApi;
  readonly logger: Logger;
}

/** Several notifications in one message where they fit; it rings when one of them does. */
export const createTelegramChannel = ({ chatId, telegram, logger }: TelegramChannelSettings): NotificationChannel => ({
  name: "telegram",
  async tell(notifications): Promise<Told> {
    const messages: { text: string; isSilent: boolean }[] = [];
    for (const { level, view } of notifications) {
      const { text } = renderView(view);
      const last = messages.at(-1);
      if (last !== undefined && last.text.length + text.length + 2 <= limits.text) {
        last.text += `\n\n${text}`;
        last.isSilent = last.isSilent && level === "silent";
      } else messages.push({ text, isSilent: level === "silent" });
    }
    for (const { text, isSilent } of messages) {
      const sent = await telegram.call("sendMessage", {
        chat_id: chatId,
        text,
        parse_mode: "HTML",
        disable_notification: isSilent,
        link_preview_options: { is_disabled: true },
      });
      if (sent.ok) continue;
      if (sent.failure.kind === "later") return { outcome: "later", reason: sent.failure.reason };
      logger.error("notification dropped", { channel: "telegram", reason: sent.failure.reason });
    }
    return { outcome: "taken" };
  },
});
