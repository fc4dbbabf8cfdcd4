import { answerQuestion } from "@winiswin/application/commands/answer-question";
import type { CommandContext } from "@winiswin/application/commands/command";
import { commands } from "@winiswin/application/commands/registry";
import { columns, text, type View } from "@winiswin/application/commands/view";
import { aCommandContext, aCrowdedContext, someCommandOptions } from "@winiswin/testkit/command-context";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { complaintAbout } from "../test/telegram-server.ts";
import { menuOf } from "./menu.ts";
import { renderView } from "./render-view.ts";

const operator = { platform: "telegram", id: "1", mayAct: true, isPrivate: true } as const;

async function answersOf(name: string, context: CommandContext): Promise<readonly View[]> {
  const view = await answerQuestion(
    { askId: "first", question: { command: name, options: someCommandOptions[name] ?? {} }, operator },
    context,
  );
  const yes = view?.buttons?.find(({ key }) => key.startsWith("v1:yes:"));
  if (view === undefined || yes === undefined) return view === undefined ? [] : [view];
  const done = await answerQuestion({ askId: "second", question: { button: yes.key }, operator }, context);
  return done === undefined ? [view] : [view, done];
}

const complaint = (view: View): string | undefined => {
  const { text: html, buttons } = renderView(view);
  return complaintAbout("sendMessage", { text: html, reply_markup: { inline_keyboard: buttons } });
};

describe("every command", () => {
  for (const { name } of commands) {
    test.each([0, 1, 50, 250])(`/${name} stays within all limits with %i rows and counts what it leaves out`, async (count) => {
      for (const view of await answersOf(name, await aCrowdedContext(count))) {
        const { text: html } = renderView(view);
        expect(complaint(view)).toBeUndefined();
        expect(html).not.toMatch(/undefined|NaN|\[object/);
        const isLong = view.blocks.some((block) => block.kind === "table" && block.rows.length > 100);
        if (isLong) expect(html).toMatch(/… (\d+ more|shortened)/);
      }
    });
  }

  test("without anything stored is readable too", async () => {
    for (const { name } of commands) {
      for (const view of await answersOf(name, await aCommandContext())) expect(complaint(view)).toBeUndefined();
    }
  });

  test("stands in the menu with a description that Telegram takes", () => {
    const menu = menuOf();

    expect(menu.map(({ command }) => command)).toEqual(commands.map(({ name }) => name));
    expect(menu.length).toBeLessThanOrEqual(100);
    for (const { command, description } of menu) {
      expect(command).toMatch(/^[a-z_]{1,32}$/);
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(256);
    }
  });
});

test("whatever a view holds becomes a message that Telegram takes", () => {
  const word = fc.string({ unit: "binary", maxLength: 300 });
  const block = fc.oneof(
    word.map((content) => text(content)),
    fc.array(fc.tuple(word, word), { maxLength: 30 }).map((entries) => ({
      kind: "keyValues" as const,
      entries: entries.map(([key, value]) => ({ key, value })),
    })),
    fc.array(fc.tuple(word, word, word), { maxLength: 80 }).map((rows) => ({
      kind: "table" as const,
      title: "<Things> & more",
      columns: columns("a", "b>", "c"),
      namingColumns: 1,
      rows,
      whenEmpty: "none & nothing",
    })),
  );
  fc.assert(
    fc.property(fc.tuple(word, fc.array(block, { maxLength: 6 })), ([title, blocks]) => {
      expect(complaint({ title, tone: "neutral", blocks, atMs: 0 })).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
