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
    const [halt, frozen, open, requests] = await Promise.all([
      control.halt(),
      control.frozenSymbols(),
      positions.open(settings.bot),
      control.closeRequests(),
    ]);
    if (halt === undefined && requests.length === 0) return nothingToEnd(atMs);
    return {
      title: "Resume?",
      confirm: "Yes, resume",
      tone: "warning",
      blocks: [
        ...(halt === undefined ? [] : [text(haltSentence(halt, atMs))]),
        keyValues([
          ["after it", "entries are made again from the next cycle on"],
          ["mode", settings.mode],
          ["open positions", `${open.length}, on record`],
          ["symbols that stay frozen", String(frozen.size)],
          [
            "closes that are asked for and not done",
            requests.length === 0 ? "none" : `${requests.map(({ symbol }) => symbol ?? "everything").join(", ")}: no longer done`,
          ],
        ]),
      ],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs,
    };
  },
  async run(context) {
    const { control, clock, settings } = context;
    const [halt, requests] = await Promise.all([control.halt(), control.closeRequests()]);
    if (halt === undefined && requests.length === 0) return nothingToEnd(clock.nowMs());
    // A flatten that could not be carried out must not close what is opened from now on.
    for (const request of requests) await control.settleCloseRequest(request);
    if (halt !== undefined) await control.clearHalt();
    const before = halt === undefined ? "" : `, stopped before by ${halt.by}: ${halt.reason}`;
    const ended = requests.length === 0 ? "" : `; ${requests.length} closes are no longer asked for`;
    const notes = await audited(context, { command: "resume", effect: `entries resumed${before}${ended}` });
    return {
      title: "Resumed",
      tone: "good",
      blocks: [text("Entries are made again from the next cycle on."), ...notes],
      footer: `bot ${settings.bot} · ${settings.mode}`,
      atMs: clock.nowMs(),
    };
  },
});
