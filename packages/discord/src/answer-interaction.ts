import { helpView } from "@winiswin/application/commands/help";
import { commands, findCommand } from "@winiswin/application/commands/registry";
import { unknownCommandSentence } from "@winiswin/application/commands/unknown-command";
import { text, type View } from "@winiswin/application/commands/view";
import type { Logger } from "@winiswin/application/ports/logger";
import type { CommandQueue } from "@winiswin/application/ports/messages";
import type { AllowedUsers } from "./allowed-users.ts";
import { type Interaction, parseInteraction } from "./interaction.ts";
import { messageFlags, responseTypes } from "./protocol.ts";
import { renderMessage } from "./render-embed.ts";
import { type InteractionRequest, verifyInteraction } from "./signature.ts";

export interface InteractionFront {
  /** Of the Discord application, 64 hexadecimal digits. */
  readonly publicKey: string;
  readonly allowedUsers: AllowedUsers;
  readonly commandQueue: CommandQueue;
  readonly logger: Logger;
  /** The real time, UTC milliseconds. */
  nowMs(): number;
}

/** What the endpoint answers; the body is JSON text. */
export interface InteractionAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Discord waits three seconds in all, and the connection and a cold start take their share. */
const queueTimeoutMs = 1500;

/**
 * Verifies an interaction and answers it: at once where nothing has to be read, else deferred with the command on the queue.
 *
 * Everything is shown to the asking user only; a request that is not from Discord has no effect but a line in the log.
 */
export async function answerInteraction(request: InteractionRequest, front: InteractionFront): Promise<InteractionAnswer> {
  const verified = await verifyInteraction(request, front.publicKey, front.nowMs());
  if (!verified.ok) {
    front.logger.warn("interaction refused", { status: verified.failure.status, reason: verified.failure.reason });
    return json(verified.failure.status, { error: verified.failure.reason });
  }
  const interaction = parseInteraction(verified.value);
  if (!interaction.ok) {
    front.logger.warn("interaction not understood", { status: 400, reason: interaction.failure });
    return json(400, { error: interaction.failure });
  }
  if (interaction.value.kind === "ping") return json(200, { type: responseTypes.pong });
  return answerCommand(interaction.value, front);
}

async function answerCommand(asked: Extract<Interaction, { kind: "command" }>, front: InteractionFront): Promise<InteractionAnswer> {
  const command = findCommand(asked.name);
  const sentence = (title: string, content: string) => immediate({ title, tone: "warning", blocks: [text(content)], atMs: front.nowMs() });
  if (command === undefined) return sentence("Unknown command", unknownCommandSentence(asked.name));
  const prepared = command.prepare(asked.options);
  if (command.name === "help" && prepared.ok) return immediate(helpView(commands, front.nowMs()));
  if (!front.allowedUsers.has(asked.userId)) {
    front.logger.warn("command not allowed", { command: command.name, userId: asked.userId });
    return sentence("Not allowed", `Your user id ${asked.userId} is not in DISCORD_ALLOWED_USERS, so nothing is shown to you.`);
  }
  if (!prepared.ok) return sentence("Not understood", prepared.failure);
  const { applicationId, token: interactionToken, options } = asked;
  const isQueued = await within(
    queueTimeoutMs,
    front.commandQueue.send({ command: command.name, options, applicationId, interactionToken }),
    front,
  );
  if (!isQueued) return sentence("Not answered", "The command could not be queued. Nothing happened; ask again in a moment.");
  return json(200, { type: responseTypes.deferred, data: { flags: messageFlags.ephemeral } });
}

const immediate = (view: View): InteractionAnswer =>
  json(200, { type: responseTypes.message, data: { ...renderMessage(view), flags: messageFlags.ephemeral } });

const json = (statusCode: number, body: unknown): InteractionAnswer => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function within(timeoutMs: number, sending: Promise<void>, { logger }: InteractionFront): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the command queue did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([sending, tooLate]);
    return true;
  } catch (error) {
    logger.error("command not queued", { reason: error instanceof Error ? error.message : String(error) });
    return false;
  } finally {
    clearTimeout(timer);
  }
}
