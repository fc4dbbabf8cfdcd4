import * as z from "zod/mini";
import { type Command, defineCommand, type EmergencyContext } from "./command.ts";
import { columns, text, type View } from "./view.ts";

type AnyCommand = Command | Command<EmergencyContext>;

const sections = [
  ["read", "They only show"],
  ["act", "They act at once"],
  ["confirm", "They show the effect and ask first"],
] as const;

export const helpView = (commands: readonly AnyCommand[], atMs: number): View => ({
  title: "Help",
  tone: "neutral",
  blocks: [
    ...sections.map(([danger, title]) => ({
      kind: "table" as const,
      title,
      columns: columns("command", "what it does"),
      namingColumns: 1,
      rows: commands.filter((command) => command.danger === danger).map((command) => [usageOf(command), command.summary]),
      whenEmpty: "None.",
    })),
    text("pause: no new entries, exits go on. halt: the same as an emergency stop. flatten: halt and close everything. resume ends both."),
  ],
  footer: "[option] may be left out",
  atMs,
});

/** "/signals [cycle]", "/why symbol". */
export function usageOf(command: Pick<Command, "name" | "arguments">): string {
  const options = Object.entries(command.arguments.shape).map(([name, schema]) =>
    z.safeParse(schema, undefined).success ? ` [${name}]` : ` ${name}`,
  );
  return `/${command.name}${options.join("")}`;
}

export const helpCommand = (commands: () => readonly AnyCommand[]): Command =>
  defineCommand({
    name: "help",
    summary: "What can be asked",
    arguments: z.strictObject({}),
    danger: "read",
    run: async ({ clock }) => helpView(commands(), clock.nowMs()),
  });
