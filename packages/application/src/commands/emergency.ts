import * as z from "zod/mini";
import type { Halt } from "../ports/control-store.ts";
import { audited } from "./audited.ts";
import { type Command, defineCommand, type EmergencyContext } from "./command.ts";
import { relativeText } from "./figures.ts";
import { operatorName } from "./operator-name.ts";
import { keyValues, text, type View } from "./view.ts";

const reasonOption = z.strictObject({
  reason: z.optional(
    z.string().check(z.trim(), z.maxLength(200, { error: "must be at most 200 characters long" }), z.describe("Why, for the record")),
  ),
});

const pausedWord = "paused";

/** A pause and a halt are one record; its reason tells which. */
export const isPause = ({ reason }: Pick<Halt, "reason">): boolean => reason === pausedWord || reason.startsWith(`${pausedWord}: `);

/** One sentence: who stopped the entries, when and why. */
export function haltSentence(halt: Halt, nowMs: number): string {
  const word = isPause(halt) ? "PAUSED" : "HALTED";
  return `${word} by ${halt.by} ${relativeText(halt.atMs, nowMs)}: ${halt.reason}. No entries are made; open positions stay protected.`;
}

export const halt: Command<EmergencyContext> = defineCommand({
  name: "halt",
  summary: "Emergency stop: no new entries from now on, until /resume; open positions stay protected",
  arguments: reasonOption,
  danger: "act",
  run: (context: EmergencyContext, { reason }) => stopEntries(context, "halt", reason ?? "halted by hand"),
});

export const pause: Command<EmergencyContext> = defineCommand({
  name: "pause",
  summary: "No new entries for now; exits and protection go on; /resume ends it",
  arguments: reasonOption,
  danger: "act",
  run: (context: EmergencyContext, { reason }) =>
    stopEntries(context, "pause", reason === undefined || reason === "" ? pausedWord : `${pausedWord}: ${reason}`),
});

/** They need the table of controls and nothing else of ours. */
export const emergencyCommands: readonly Command<EmergencyContext>[] = [halt, pause];

async function stopEntries(context: EmergencyContext, command: "halt" | "pause", reason: string): Promise<View> {
  const { control, clock, operator } = context;
  const atMs = clock.nowMs();
  const before = await haltBefore(context);
  // A pause must not weaken a halt, and a second halt must not hide who stopped first and why.
  const stays = before !== undefined && (command === "pause" || !isPause(before));
  const record: Halt = stays ? before : { reason, by: operatorName(operator), atMs };
  if (!stays) await control.setHalt(record);
  const effect = stays ? `nothing: ${isPause(before) ? "paused" : "halted"} already` : `entries stopped: ${reason}`;
  const notes = await audited(context, { command, effect });
  return {
    title: command === "halt" ? "Halted" : "Paused",
    tone: "warning",
    blocks: [
      text(stays ? `Stopped already. ${haltSentence(record, atMs)}` : haltSentence(record, atMs)),
      keyValues([
        ["new entries", "NO"],
        ["exits, stops and the guard", "go on"],
        ["what is open", "stays open: /flatten closes it"],
        ["ends with", "/resume"],
      ]),
      ...notes,
    ],
    atMs,
  };
}

/** Not knowing what is stored must not keep anybody from stopping. */
async function haltBefore({ control, logger }: EmergencyContext): Promise<Halt | undefined> {
  try {
    return await control.halt();
  } catch (error) {
    logger.error("halt not read", { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
