import { answerQuestion } from "@winiswin/application/commands/answer-question";
import { parseButtonKey } from "@winiswin/application/commands/button-key";
import type { CommandContext as AskedContext } from "@winiswin/application/commands/command";
import { instantText } from "@winiswin/application/commands/figures";
import { findCommand } from "@winiswin/application/commands/registry";
import { parseCommandLine } from "@winiswin/application/commands/typed-command";
import { type Block, keyValues, text, type View } from "@winiswin/application/commands/view";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Question } from "@winiswin/application/ports/messages";
import type { OrderGateway } from "@winiswin/application/ports/order-gateway";
import { renderAnswer } from "@winiswin/discord";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { operatorUserId } from "../operator.ts";
import { type ReadableState, withReadableState } from "../readable-state.ts";

/** Whoever asks a stopped state looks only: there is nothing that could act. */
const operator = { platform: "discord", id: operatorUserId, mayAct: false, isPrivate: true } as const;

export interface StoppedAnswer {
  /** As Discord would get it. */
  readonly message: unknown;
  /** In base64. */
  readonly picture: string | undefined;
}

/** Answers a question from what is stored of a system that does not run; throws for what would change something. */
export async function askStopped(
  typed: string,
  stateFolder: string,
  isPictureWanted: boolean,
  context: CommandContext,
): Promise<StoppedAnswer> {
  const question = questionOf(typed, stateFolder);
  return withReadableState(stateFolder, context, async (state) => {
    const given = await state.books.commandContext({ askId: "stopped", operator });
    const nowMs = await state.marketNowMs();
    const view = await answerQuestion({ question, operator, askId: "stopped" }, withoutExchange(given, nowMs, state));
    if (view === undefined) throw new CommandFailure("There is no answer to that.", "Type a command instead.");
    const picture = isPictureWanted && view.picture !== undefined ? await state.books.png(view.picture) : undefined;
    return {
      message: renderAnswer(stoppedView(view, question.command === "status", stateFolder, nowMs), picture !== undefined),
      picture: picture === undefined ? undefined : Buffer.from(picture).toString("base64"),
    };
  });
}

type AskingQuestion = Extract<Question, { readonly command: string }>;

function questionOf(typed: string, stateFolder: string): AskingQuestion {
  const asked = typed.startsWith("v1:") ? clicked(typed) : parseCommandLine(typed.startsWith("/") ? typed : `/${typed}`);
  if (asked !== undefined && !asked.ok)
    throw usageFailure(`${asked.failure.charAt(0).toUpperCase()}${asked.failure.slice(1)}.`, 'For example: winiswin discord "/status"');
  const name = asked?.value.name;
  if (asked !== undefined && (findCommand(asked.value.name)?.danger ?? "read") === "read")
    return { command: asked.value.name, options: asked.value.options };
  throw new CommandFailure(
    `Nothing is running on ${stateFolder}, and ${name === undefined ? "this button" : `/${name}`} acts on a running system.`,
    "Start it with npm start, or name its folder with --state; what only asks is answered all the same.",
    exitCodes.notFound,
  );
}

/** The command that a button asks; undefined for one that confirms something. */
function clicked(key: string) {
  const meaning = parseButtonKey(key);
  if (!meaning.ok) return meaning;
  if (meaning.value.kind !== "ask") return undefined;
  return { ok: true as const, value: { name: meaning.value.command, options: meaning.value.options } };
}

function withoutExchange(given: AskedContext, nowMs: number, { stopped }: ReadableState): AskedContext {
  const notAsked = async () => {
    throw new ExchangeError("retryable", "nothing is running, so it was not asked");
  };
  const account = stopped?.account?.kind ?? "simulated";
  return {
    ...given,
    clock: { nowMs: () => nowMs, sleepUntil: async () => undefined, realMsUntil: () => 0 },
    gateway: new Proxy({} as OrderGateway, { get: () => notAsked }),
    marketData: { closedCandles: notAsked },
    settings: { ...given.settings, mode: `${account === "simulated" ? "paper" : account}, stopped`, tradingEnabled: false },
  };
}

/** An answer must not look as if something were alive. */
function stoppedView(view: View, isStatus: boolean, stateFolder: string, nowMs: number): View {
  const sentence = text(`STOPPED: nothing is running on ${stateFolder}; this is what was stored, at ${instantText(nowMs)}.`);
  const { buttons: _none, ...shown } = view;
  // The first block of the status says whether it is alive.
  const blocks = isStatus ? view.blocks.slice(1).map(withoutFuture) : view.blocks;
  return { ...shown, ...(isStatus ? { tone: "bad" as const } : {}), blocks: [sentence, ...blocks] };
}

const stoppedEntries: Readonly<Record<string, string>> = {
  "next cycle": "none while nothing is running",
  trading: "stopped: nothing is sent",
};

const withoutFuture = (block: Block): Block =>
  block.kind === "keyValues" ? keyValues(block.entries.map(({ key, value }) => [key, stoppedEntries[key] ?? value])) : block;
