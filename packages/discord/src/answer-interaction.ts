import type { Logger } from "@winiswin/application/ports/logger";
import type { CommandQueue, Question } from "@winiswin/application/ports/messages";
import { type AllowedPeople, type Permission, permissionOf } from "./allowed-people.ts";
import { type Asker, type Interaction, parseInteraction } from "./interaction.ts";
import { messageFlags, responseTypes } from "./protocol.ts";
import type { SeenInteractions } from "./seen-interactions.ts";
import { type InteractionRefusal, type InteractionRequest, verifyInteraction } from "./signature.ts";
import { suggestedSymbols } from "./suggested-symbols.ts";

/** Small on purpose: it knows no command, because every kilobyte here is part of a cold start within Discord's three seconds. */
export interface InteractionFront {
  /** Of the Discord application, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** Empty: not configured, so that of the interaction is not compared. */
  readonly applicationId: string;
  readonly people: AllowedPeople;
  readonly seen: SeenInteractions;
  readonly commandQueue: CommandQueue;
  /** What can be suggested while a symbol is typed. */
  readonly symbols: () => Promise<readonly string[]>;
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
/** A suggestion that comes later helps nobody. */
const symbolsTimeoutMs = 1000;

/**
 * Verifies an interaction and answers it: suggestions at once, everything else deferred with the question on the queue.
 *
 * Everything is shown to the asking user only; a request that is refused has no effect but a line in the log.
 */
export async function answerInteraction(request: InteractionRequest, front: InteractionFront): Promise<InteractionAnswer> {
  const verified = await verifyInteraction(request, front.publicKey, front.nowMs());
  if (!verified.ok) return refuse(verified.failure.status, verified.failure.reason, front);
  const parsed = parseInteraction(verified.value);
  if (!parsed.ok) return refuse(400, parsed.failure, front);
  const interaction = parsed.value;
  if (interaction.kind === "ping") return json({ type: responseTypes.pong });
  if (front.applicationId !== "" && interaction.applicationId !== front.applicationId)
    return refuse(403, "the interaction belongs to another application", front);
  if (!front.seen.isFirst(interaction.id, front.nowMs())) return refuse(401, "the interaction was answered before", front);
  const permission = permissionOf(front.people, interaction.userId, interaction.roleIds);
  if (interaction.kind === "autocomplete") return suggest(interaction, permission, front);
  if (permission === "nothing") {
    front.logger.warn("command not allowed", { kind: interaction.kind, userId: interaction.userId });
    return only(
      `Your user id ${interaction.userId} is not on the list of those who may ask (DISCORD_ALLOWED_USERS), so nothing is shown to you.`,
    );
  }
  return defer(interaction, permission, front);
}

async function defer(
  asked: Extract<Interaction, { kind: "command" | "button" }>,
  permission: Permission,
  front: InteractionFront,
): Promise<InteractionAnswer> {
  const question: Question = asked.kind === "button" ? { button: asked.key } : { command: asked.name, options: asked.options };
  const sending = front.commandQueue.send({
    askId: `discord-${asked.id}`,
    question,
    operator: { platform: "discord", id: asked.userId, mayAct: permission === "act", isPrivate: true },
    replyTo: replyTo(asked),
  });
  const isQueued = await within(queueTimeoutMs, sending, (reason) => front.logger.error("command not queued", { reason }));
  if (!isQueued.ok) return only("The command could not be queued. Nothing happened; ask again in a moment.");
  return asked.kind === "button"
    ? // The buttons go at once, so that a second click finds none.
      json({ type: responseTypes.update, data: { components: [] } })
    : json({ type: responseTypes.deferred, data: { flags: messageFlags.ephemeral } });
}

async function suggest(
  { option, typed }: Extract<Interaction, { kind: "autocomplete" }>,
  permission: Permission,
  front: InteractionFront,
): Promise<InteractionAnswer> {
  const none = json({ type: responseTypes.choices, data: { choices: [] } });
  if (permission === "nothing" || option !== "symbol") return none;
  const symbols = await within(symbolsTimeoutMs, front.symbols(), (reason) => front.logger.warn("no symbols to suggest", { reason }));
  if (!symbols.ok) return none;
  const choices = suggestedSymbols(symbols.value, typed).map((symbol) => ({ name: symbol, value: symbol }));
  return json({ type: responseTypes.choices, data: { choices } });
}

const replyTo = ({ applicationId, token }: Asker) => ({ platform: "discord" as const, applicationId, interactionToken: token });

/** A sentence that only the asking user sees. */
const only = (content: string): InteractionAnswer =>
  json({ type: responseTypes.message, data: { content, flags: messageFlags.ephemeral, allowed_mentions: { parse: [] } } });

function refuse(statusCode: InteractionRefusal["status"], reason: string, { logger }: InteractionFront): InteractionAnswer {
  logger.warn("interaction refused", { status: statusCode, reason });
  return json({ error: reason }, statusCode);
}

const json = (body: unknown, statusCode = 200): InteractionAnswer => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

type Within<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false };

async function within<Value>(timeoutMs: number, doing: Promise<Value>, tell: (reason: string) => void): Promise<Within<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return { ok: true, value: await Promise.race([doing, tooLate]) };
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return { ok: false };
  } finally {
    clearTimeout(timer);
  }
}
