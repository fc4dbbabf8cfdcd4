import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { answerAsText, type InteractionSender, signedClick, signedInteraction } from "@winiswin/discord";
import { succeeded } from "@winiswin/domain/result";
import { z } from "zod";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { CommandContext, RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";
import { operatorUserId } from "../operator.ts";
import { type RunningSystem, readRunning } from "../running-system.ts";
import { writeOutputFile } from "../write-output-file.ts";
import { askStopped } from "./ask-stopped.ts";
import { runDiscordRegister } from "./discord-register.ts";

const flagsShape = {
  json: z.boolean().default(false),
  state: z.string().min(1, { error: "must name a folder" }).optional(),
  yes: z.boolean().default(false),
  picture: z.string().min(1, { error: "must name a file" }).optional(),
};

const answerTimeoutMs = 30_000;
/** Discord's answer types of which the message comes later: a deferral, and a click's answer that only takes the buttons away. */
const laterTypes = [5, 7];

const firstAnswer = z.object({ type: z.number(), data: z.unknown().optional() });
const refusal = z.object({ error: z.string() });
const laterAnswers = z.array(z.object({ content: z.unknown(), picture: z.string().optional() }));

interface Answered {
  readonly message: unknown;
  /** In base64. */
  readonly picture: string | undefined;
}

/**
 * Sends a slash command or a click to the running system as Discord would, correctly signed, and shows the answer; where nothing runs, what
 * only asks is answered from what is stored.
 */
export const runDiscord: RunCommand = async (given, context, command = "") => {
  if (command.trim() === "register") return runDiscordRegister(given, context);
  const { terminal, workingFolder, defaultStateFolder } = context;
  const flags = parseFlags(flagsShape, given);
  const stateFolder = flags.state === undefined ? defaultStateFolder : resolve(workingFolder, flags.state);
  const running = readRunning(stateFolder);
  const { message, picture } =
    running === undefined
      ? await askStopped(command.trim(), stateFolder, flags.picture !== undefined, context)
      : await askRunning(command.trim(), running, stateFolder, flags.yes, terminal);
  if (flags.picture !== undefined && picture !== undefined) {
    writeOutputFile(workingFolder, flags.picture, Buffer.from(picture, "base64"), "--picture");
    terminal.say(`The picture: ${flags.picture}`);
  }
  if (flags.json) {
    terminal.data(JSON.stringify(message));
    return exitCodeOf(message);
  }
  const text = answerAsText(message);
  if (!text.ok) throw new CommandFailure(`The answer cannot be shown: ${text.failure}.`, "See it as it is with --json.");
  terminal.data(text.value);
  if (picture !== undefined && flags.picture === undefined) terminal.say("With --picture FILE the picture is written to a file.");
  if (text.value.includes("] v1:")) terminal.say('A button is clicked by its key: winiswin discord "v1:..."; --yes confirms at once.');
  return exitCodeOf(message);
};

async function askRunning(
  typed: string,
  running: RunningSystem,
  stateFolder: string,
  isYesGiven: boolean,
  terminal: CommandContext["terminal"],
): Promise<Answered> {
  const sender = { privateKey: privateKeyIn(stateFolder), applicationId: "1", userId: operatorUserId };
  const signed = signedQuestion(typed, { ...sender, nowMs: Date.now() });
  if (!signed.ok) throw usageFailure(`${capitalised(signed.failure)}.`, 'For example: winiswin discord "/status"');
  const answer = await askedOf(running, signed.value);
  const confirmation = isYesGiven ? confirmationIn(answer.message) : undefined;
  if (confirmation === undefined) return answer;
  const preview = answerAsText(answer.message);
  if (preview.ok) terminal.say(preview.value);
  return askedOf(running, signedClick({ ...sender, key: confirmation, nowMs: Date.now() }));
}

/** A slash command, or the click on a button by its key. */
function signedQuestion(typed: string, sender: InteractionSender) {
  if (typed.startsWith("v1:")) return succeeded(signedClick({ ...sender, key: typed }));
  // Some shells take a leading slash for a path.
  return signedInteraction({ ...sender, command: typed.startsWith("/") ? typed : `/${typed}` });
}

const clickable = z.object({
  components: z.array(z.object({ components: z.array(z.object({ custom_id: z.string() })) })),
});

/** The key of the button that says yes. */
function confirmationIn(message: unknown): string | undefined {
  const parsed = clickable.safeParse(message);
  if (!parsed.success) return undefined;
  return parsed.data.components.flatMap((row) => row.components.map((button) => button.custom_id)).find((key) => key.startsWith("v1:yes:"));
}

const titled = z.object({ embeds: z.array(z.object({ title: z.string() })).min(1) });

/** The endpoint answers a command that it does not know or cannot read like any other, because Discord shows the answer to a person. */
export function exitCodeOf(message: unknown): number {
  const parsed = titled.safeParse(message);
  return parsed.success && /(^|\s)(Unknown command|Not understood)$/.test(parsed.data.embeds[0]?.title ?? "")
    ? exitCodes.usage
    : exitCodes.ok;
}

/** Made by the system when it first ran on this folder: whoever can read it is its operator. */
function privateKeyIn(stateFolder: string): string {
  try {
    return readFileSync(join(stateFolder, "discord-private-key.pem"), "utf8");
  } catch {
    throw new CommandFailure(
      `The key in ${stateFolder} that signs local commands cannot be read.`,
      "Run this as the user who started the system.",
      exitCodes.keys,
    );
  }
}

async function askedOf(
  running: RunningSystem,
  signed: { readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly interactionToken: string },
): Promise<Answered> {
  const endpoint = running.urls.functions.discordInteractions;
  if (endpoint === undefined)
    throw new CommandFailure("The running system has no endpoint for commands.", "Start it again with this version.");
  const response = await reach(endpoint, { method: "POST", headers: signed.headers, body: signed.body });
  const answer = await response.json();
  if (!response.ok) {
    const parsed = refusal.safeParse(answer);
    throw new CommandFailure(
      `The endpoint refused the command with HTTP ${response.status}${parsed.success ? `: ${parsed.data.error}` : ""}.`,
      "winiswin doctor shows what may be wrong; the log is in the state folder.",
    );
  }
  const first = firstAnswer.parse(answer);
  if (!laterTypes.includes(first.type)) return { message: first.data, picture: undefined };
  const later = await reach(`${running.urls.discord}/answers/${signed.interactionToken}?waitMs=${answerTimeoutMs - 2_000}`, {});
  const [found] = laterAnswers.parse(await later.json());
  if (found === undefined)
    throw new CommandFailure(
      "No answer came within half a minute.",
      "The system may be busy with a cycle: ask again.",
      exitCodes.temporary,
    );
  return { message: found.content, picture: found.picture };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(answerTimeoutMs) });
  } catch {
    throw new CommandFailure(
      `The running system does not answer on ${new URL(url).origin}.`,
      "It may be stopping or hanging: look at its terminal.",
      exitCodes.temporary,
    );
  }
}

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
