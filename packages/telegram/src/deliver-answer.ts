import type { View } from "@winiswin/application/commands/view";
import type { Logger } from "@winiswin/application/ports/logger";
import type { DeferredCommand, ReplyTo } from "@winiswin/application/ports/messages";
import type { Illustrator } from "@winiswin/application/ports/picture";
import { persistentKeyboard } from "./keyboard.ts";
import { limits } from "./limits.ts";
import { renderView } from "./render-view.ts";
import type { TelegramApi } from "./telegram-api.ts";

export interface TelegramDelivery {
  readonly telegram: TelegramApi;
  readonly logger: Logger;
  /** Undefined where no picture can be drawn: then the text stands alone. */
  readonly illustrator: Pick<Illustrator, "png"> | undefined;
}

/** Sends an answer to the chat, or puts it where the touched button was; throws only when another delivery may still succeed. */
export async function deliverToTelegram(
  { askId }: Pick<DeferredCommand, "askId">,
  { chatId, messageId }: Extract<ReplyTo, { platform: "telegram" }>,
  answering: Promise<View | undefined>,
  { telegram, logger, illustrator }: TelegramDelivery,
): Promise<void> {
  const view = await answering;
  if (view === undefined) return;
  const { text, buttons } = renderView(view);
  const keyboard =
    buttons.length > 0 ? { inline_keyboard: buttons } : messageId === undefined ? persistentKeyboard : { inline_keyboard: [] };
  const message = { chat_id: chatId, text, parse_mode: "HTML", link_preview_options: { is_disabled: true }, reply_markup: keyboard };
  const delivered =
    messageId === undefined
      ? await telegram.call("sendMessage", message)
      : await telegram.call("editMessageText", { ...message, message_id: messageId });
  if (!delivered.ok) {
    const { kind, reason } = delivered.failure;
    if (kind === "later") throw new Error(`the answer to ${askId} was not delivered: ${reason}`);
    logger.error("answer dropped", { askId, kind, reason });
    return;
  }
  await sendPicture(view, chatId, { telegram, logger, illustrator });
}

/** After the text, which says the same in words; a picture that cannot be drawn or sent is missing and nothing else. */
async function sendPicture(view: View, chatId: string, { telegram, logger, illustrator }: TelegramDelivery): Promise<void> {
  if (view.picture === undefined || illustrator === undefined) return;
  try {
    const photo = await illustrator.png(view.picture);
    const caption = view.picture.title.slice(0, limits.caption);
    const sent = await telegram.call("sendPhoto", { chat_id: chatId, caption }, photo);
    if (!sent.ok) logger.error("picture not sent", { reason: sent.failure.reason });
  } catch (error) {
    logger.error("picture not drawn", { reason: error instanceof Error ? error.message : String(error) });
  }
}
