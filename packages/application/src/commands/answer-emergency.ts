import type { DeferredCommand } from "../ports/messages.ts";
import type { Command, EmergencyContext } from "./command.ts";
import { emergencyCommands } from "./emergency.ts";
import { text, type View } from "./view.ts";

/**
 * The answer to a command that stops, from the few things that stopping needs; undefined for every other question.
 *
 * It never throws: whoever stops must know at once whether it worked.
 */
export function answerEmergency({ question }: Pick<DeferredCommand, "question">, context: EmergencyContext): Promise<View> | undefined {
  if (!("command" in question)) return undefined;
  const { command: name, words } = question;
  // Without the reader of command lines, which knows every command: all words are the reason.
  const options = words === undefined ? question.options : { reason: words };
  const command = emergencyCommands.find((known) => known.name === name);
  return command === undefined ? undefined : answerOf(command, options, context);
}

async function answerOf(
  command: Command<EmergencyContext>,
  options: Readonly<Record<string, unknown>>,
  context: EmergencyContext,
): Promise<View> {
  const { name } = command;
  const sentence = (title: string, content: string): View => ({ title, tone: "bad", blocks: [text(content)], atMs: context.clock.nowMs() });
  if (!context.operator.mayAct) return sentence("Not allowed", `You may look and not act, so /${name} was not carried out.`);
  const prepared = command.prepare(options);
  if (!prepared.ok) return sentence("Not understood", prepared.failure);
  try {
    return await prepared.value(context);
  } catch (error) {
    context.logger.error("emergency command failed", { command: name, reason: error instanceof Error ? error.message : String(error) });
    return sentence("NOT stopped", `/${name} could not be written and nothing is stopped. Ask again at once; the log has the details.`);
  }
}

/** For the case that the code which answers a question cannot even be loaded. */
export const brokenAnswer = (nowMs: number): View => ({
  title: "Not answered",
  tone: "bad",
  blocks: [text("The code that answers this is broken; the log has the details. /halt and /pause still work.")],
  atMs: nowMs,
});
