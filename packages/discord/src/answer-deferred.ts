import type { View } from "@winiswin/application/commands/view";
import type { Logger } from "@winiswin/application/ports/logger";
import type { DeferredCommand, ReplyTo } from "@winiswin/application/ports/messages";
import type { Illustrator } from "@winiswin/application/ports/picture";
import type { DiscordApi } from "./discord-api.ts";
import { renderAnswer } from "./render-embed.ts";

export interface DiscordDelivery {
  readonly discord: DiscordApi;
  readonly logger: Logger;
  /** Undefined where no picture can be drawn: then the text stands alone. */
  readonly illustrator: Pick<Illustrator, "png"> | undefined;
  /**
   * Resolves when the deferral has surely reached Discord. An edit that overtakes it is answered with 404, and a 404 is not repeated.
   */
  readonly settled: () => Promise<void>;
}

/** Puts an answer where the user waits; throws only when another delivery may still succeed. */
export async function deliverToDiscord(
  { askId }: Pick<DeferredCommand, "askId">,
  { applicationId, interactionToken }: Extract<ReplyTo, { platform: "discord" }>,
  answering: Promise<View | undefined>,
  { discord, logger, illustrator, settled }: DiscordDelivery,
): Promise<void> {
  const [view] = await Promise.all([answering, settled()]);
  if (view === undefined) return;
  const picture = await pictureOf(view, illustrator, logger);
  const delivered = await discord.editOriginal(applicationId, interactionToken, renderAnswer(view, picture !== undefined), picture);
  if (delivered.ok) return;
  const { kind, reason } = delivered.failure;
  if (kind === "later") throw new Error(`the answer to ${askId} was not delivered: ${reason}`);
  logger.error("answer dropped", { askId, kind, reason });
}

/** The text says the same in words, so a picture that cannot be drawn is missing and nothing else. */
async function pictureOf(view: View, illustrator: DiscordDelivery["illustrator"], logger: Logger): Promise<Uint8Array | undefined> {
  if (view.picture === undefined || illustrator === undefined) return undefined;
  try {
    return await illustrator.png(view.picture);
  } catch (error) {
    logger.error("picture not drawn", { kind: view.picture.kind, reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
