import { sha256 } from "@winiswin/domain/identity";
import type { Clock } from "../ports/clock.ts";
import type { Confirmation, Taken } from "../ports/confirmation-store.ts";
import type { DeferredCommand } from "../ports/messages.ts";
import { buttonsFor, parseButtonKey } from "./button-key.ts";
import type { Command, CommandContext } from "./command.ts";
import { operatorName } from "./operator-name.ts";
import { findCommand } from "./registry.ts";
import { parseCommandLine } from "./typed-command.ts";
import { unknownCommandSentence } from "./unknown-command.ts";
import { text, type View } from "./view.ts";

/** How long a preview may be confirmed, in real time: its figures are of the moment it was made. */
const confirmableForRealMs = 60_000;
/** Of a stepped clock, which has no pace; about a minute of a run that shows an hour in that time. */
const confirmableForSteppedMs = 60 * 60_000;

/** The same in the time of the clock. */
export function confirmableForMs(clock: Clock): number {
  const realMs = clock.realMsUntil(clock.nowMs() + confirmableForRealMs);
  return realMs === 0 ? confirmableForSteppedMs : confirmableForRealMs * (confirmableForRealMs / realMs);
}

type Asked = Pick<DeferredCommand, "question" | "operator" | "askId">;
type Options = Readonly<Record<string, unknown>>;

/** `undefined`: another click was first or the button waits for somebody else; what stands there must not be written over. */
export type Answer = View | undefined;

/**
 * The one way from a question to its answer, whatever surface carried it. It never throws: a person waits, and every outcome is a view.
 */
export async function answerQuestion({ question, operator, askId }: Asked, context: CommandContext): Promise<Answer> {
  const asked: Asked = { question, operator, askId };
  const name = "command" in question ? `/${question.command}` : "the button";
  try {
    if ("command" in question) {
      if (question.words === undefined) return await answerCommand(question.command, question.options, asked, context);
      const typed = parseCommandLine(`/${question.command} ${question.words}`);
      if (!typed.ok) return sentence(context, "Not understood", typed.failure);
      return await answerCommand(typed.value.name, typed.value.options, asked, context);
    }
    const meaning = parseButtonKey(question.button);
    if (!meaning.ok) return sentence(context, "Not understood", "This button is not known any more. Type the command instead.");
    if (meaning.value.kind === "ask") return await answerCommand(meaning.value.command, meaning.value.options, asked, context);
    const { kind, confirmationId } = meaning.value;
    const taken = await context.confirmations.take(confirmationId, { operator: operatorName(operator), askId }, context.clock.nowMs());
    return await answerTaken(kind, taken, context);
  } catch (error) {
    context.logger.error("command failed", {
      command: name,
      reason: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return sentence(context, "Not answered", `${name} could not be answered: something unexpected failed, the log has the details.`);
  }
}

async function answerCommand(name: string, options: Options, asked: Asked, context: CommandContext): Promise<View> {
  const command = findCommand(name);
  if (command === undefined) return sentence(context, "Unknown command", unknownCommandSentence(name));
  const forbidden = forbiddenFor(command, asked);
  if (forbidden !== undefined) return sentence(context, "Not allowed", forbidden);
  const prepared = command.prepare(options);
  if (!prepared.ok) return sentence(context, "Not understood", prepared.failure);
  const view = await prepared.value(context);
  return view.confirm === undefined ? view : withConfirmation(view, view.confirm, command, options, asked, context);
}

function forbiddenFor(command: Pick<Command, "name" | "danger" | "isPrivate">, { operator }: Asked): string | undefined {
  if (command.danger !== "read" && !operator.mayAct) return `You may look and not act, so /${command.name} was not carried out.`;
  if (command.isPrivate && !operator.isPrivate)
    return `/${command.name} shows money and others read along here: ask me in a private conversation.`;
  return undefined;
}

/** Named after the question, so that a repeated delivery opens the same confirmation. */
async function withConfirmation(
  view: View,
  label: string,
  command: Command,
  options: Options,
  asked: Asked,
  context: CommandContext,
): Promise<View> {
  const confirmation: Confirmation = {
    id: sha256(`${operatorName(asked.operator)}|${asked.askId}`).slice(0, 16),
    command: command.name,
    options: options as Confirmation["options"],
    operator: operatorName(asked.operator),
    expiresAtMs: context.clock.nowMs() + confirmableForMs(context.clock),
  };
  await context.confirmations.open(confirmation);
  return {
    ...view,
    blocks: [...view.blocks, text(`Confirm within ${confirmableForRealMs / 1000} seconds. Nothing has happened so far.`)],
    buttons: buttonsFor([
      { label, style: "danger", meaning: { kind: "confirm", confirmationId: confirmation.id } },
      { label: "Cancel", meaning: { kind: "cancel", confirmationId: confirmation.id } },
    ]),
  };
}

async function answerTaken(kind: "confirm" | "cancel", taken: Taken, context: CommandContext): Promise<Answer> {
  switch (taken.outcome) {
    case "spent":
      return undefined;
    case "expired":
      return sentence(context, "Expired", "The time to confirm is over and nothing happened. Ask the command again.");
    case "foreign":
      // In a group everybody sees the button; an answer would take it away from the one whom it waits for.
      context.logger.warn("confirmation of somebody else touched", { operator: operatorName(context.operator) });
      return undefined;
    case "unknown":
      return sentence(context, "Not understood", "This confirmation is not known any more and nothing happened. Ask the command again.");
    case "taken": {
      const { command, options } = taken.confirmation;
      if (kind === "cancel")
        return { title: "Cancelled", tone: "neutral", blocks: [text(`/${command}: nothing happened.`)], atMs: context.clock.nowMs() };
      const confirmed = findCommand(command)?.confirmed?.(options);
      if (confirmed === undefined) return sentence(context, "Not understood", `/${command} is not known any more and nothing happened.`);
      return confirmed.ok ? confirmed.value(context) : sentence(context, "Not understood", confirmed.failure);
    }
  }
}

const sentence = ({ clock }: Pick<CommandContext, "clock">, title: string, content: string): View => ({
  title,
  tone: "bad",
  blocks: [text(content)],
  atMs: clock.nowMs(),
});
