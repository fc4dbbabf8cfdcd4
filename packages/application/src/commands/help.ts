import * as z from "zod/mini";
import { type Command, defineCommand } from "./command.ts";
import { columns, type View } from "./view.ts";

/** What /help shows; it reads nothing, so a surface may answer it at once. */
export const helpView = (commands: readonly Command[], atMs: number): View => ({
  title: "Help",
  tone: "neutral",
  blocks: [
    {
      kind: "table",
      title: "Commands",
      columns: columns("command", "what it answers"),
      namingColumns: 1,
      rows: commands.map((command) => [usageOf(command), command.summary]),
      whenEmpty: "There are no commands.",
    },
  ],
  footer: "All of these only read; none of them sends an order.",
  atMs,
});

/** "/signals [cycle]", "/why symbol". */
export function usageOf(command: Command): string {
  const options = Object.entries(command.arguments.shape).map(([name, schema]) =>
    z.safeParse(schema, undefined).success ? ` [${name}]` : ` ${name}`,
  );
  return `/${command.name}${options.join("")}`;
}

export const helpCommand = (commands: () => readonly Command[]): Command =>
  defineCommand({
    name: "help",
    summary: "What can be asked",
    arguments: z.strictObject({}),
    danger: "read",
    run: async ({ clock }) => helpView(commands(), clock.nowMs()),
  });
