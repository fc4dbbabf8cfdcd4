import * as z from "zod/mini";
import { audited } from "./audited.ts";
import { defineConfirmedCommand } from "./command.ts";
import { haltSentence } from "./emergency.ts";
import { keyValues, text, type View } from "./view.ts";

const nothingToEnd = (atMs: number): View => ({
  title: "Resume",
  tone: "neutral",
  blocks: [text("Entries are neither halted nor paused, so there is nothing to resume.")],
  atMs,
});

export const resume = defineConfirmedCommand({
  name: "resume",
  summary: "Ends a halt or a pause: entries are made again from the next cycle on",
  arguments: z.strictObject({}),
  async preview({ control, clock, positions, settings }) {
    const atMs = clock.nowMs();
    const [halt, frozen, open] = await Promise.all([control.halt(), control.frozenSymbols(), positions.open(settings.bot)]);
    if (halt === undefined) return nothingToEnd(atMs);
    return {
      title: "Resume?",
      confirm: "Yes, resume",
      tone: "warning",
      blocks: [
        text(haltSentence(halt, atMs)),
        keyValues([
          ["after it", "entries are made again from the next cycle on"],
          ["mode", settings.mode],
          ["open positions", `${open.length}, on record`],
          ["symbols that stay frozen", String(frozen.size)],
        ]),
      ],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs,
    };
  },
  async run(context) {
    const { control, clock, settings } = context;
    const halt = await control.halt();
    if (halt === undefined) return nothingToEnd(clock.nowMs());
    await control.clearHalt();
    const notes = await audited(context, { command: "resume", effect: `entries resumed, stopped before by ${halt.by}: ${halt.reason}` });
    return {
      title: "Resumed",
      tone: "good",
      blocks: [text("Entries are made again from the next cycle on."), ...notes],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs: clock.nowMs(),
    };
  },
});
