import type { CommandContext } from "@winiswin/application/commands/command";
import { findCommand } from "@winiswin/application/commands/registry";
import { unknownCommandSentence } from "@winiswin/application/commands/unknown-command";
import { text, type View } from "@winiswin/application/commands/view";
import type { Logger } from "@winiswin/application/ports/logger";
import type { DeferredCommand } from "@winiswin/application/ports/messages";
import type { DiscordApi } from "./discord-api.ts";
import { renderMessage } from "./render-embed.ts";

export interface DeferredAnswering {
  readonly context: CommandContext;
  readonly discord: DiscordApi;
  readonly logger: Logger;
  /**
   * Resolves when the deferral has surely reached Discord. An edit that overtakes it is answered with 404, and a 404 is not repeated.
   */
  readonly settled: () => Promise<void>;
}

/** Runs a deferred command and puts its view where the user waits; throws only when another delivery may still succeed. */
export async function answerDeferred(asked: DeferredCommand, { context, discord, logger, settled }: DeferredAnswering): Promise<void> {
  const [view] = await Promise.all([viewOf(asked, context, logger), settled()]);
  const delivered = await discord.editOriginal(asked.applicationId, asked.interactionToken, renderMessage(view));
  if (delivered.ok) return;
  const { kind, reason } = delivered.failure;
  if (kind === "later") throw new Error(`the answer of /${asked.command} was not delivered: ${reason}`);
  logger.error("answer dropped", { command: asked.command, kind, reason });
}

/** Every outcome is a view: a person waits for it, and a second delivery would come a minute late. */
async function viewOf(asked: DeferredCommand, context: CommandContext, logger: Logger): Promise<View> {
  const sentence = (title: string, content: string): View => ({
    title,
    tone: "bad",
    blocks: [text(content)],
    atMs: context.clock.nowMs(),
  });
  const prepared = findCommand(asked.command)?.prepare(asked.options);
  if (prepared === undefined) return sentence("Unknown command", unknownCommandSentence(asked.command));
  if (!prepared.ok) return sentence("Not understood", prepared.failure);
  try {
    return await prepared.value(context);
  } catch (error) {
    logger.error("command failed", {
      command: asked.command,
      reason: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return sentence("Not answered", `/${asked.command} could not be answered: something unexpected failed, the log has the details.`);
  }
}
