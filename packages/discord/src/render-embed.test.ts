import { answerQuestion } from "@winiswin/application/commands/answer-question";
import { parseButtonKey } from "@winiswin/application/commands/button-key";
import type { CommandContext } from "@winiswin/application/commands/command";
import { commands } from "@winiswin/application/commands/registry";
import { columns, keyValues, text, type View } from "@winiswin/application/commands/view";
import { aCommandContext, aCrowdedContext, someCommandOptions } from "@winiswin/testkit/command-context";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokenLimits } from "../test/message-limits.ts";
import { answerAsText } from "./answer-as-text.ts";
import { renderAnswer, renderEmbed, renderMessage } from "./render-embed.ts";

const atMs = Date.UTC(2026, 10, 21, 10, 19);
const aView = (over: Partial<View>): View => ({ title: "Title", tone: "neutral", blocks: [], atMs, ...over });

const aTable = (rowCount: number, cell = "value"): View["blocks"][number] => ({
  kind: "table",
  title: "Things",
  columns: columns("name", "amount>"),
  namingColumns: 1,
  rows: Array.from({ length: rowCount }, (_, index) => [`row${index}`, cell]),
  whenEmpty: "There are no things.",
});

const operator = { platform: "discord", id: "1", mayAct: true, isPrivate: true } as const;

/** The answer to a command, and for one that asks first also the answer to yes. */
async function answersOf(name: string, context: CommandContext): Promise<readonly View[]> {
  const options = someCommandOptions[name] ?? {};
  const view = await answerQuestion({ askId: "first", question: { command: name, options }, operator }, context);
  if (view === undefined) throw new Error(`/${name} has no answer`);
  expect(view.title).not.toMatch(/^(Not understood|Not answered|Unknown command)$/);
  const yes = view.buttons?.find(({ key }) => key.startsWith("v1:yes:"));
  if (yes === undefined) return [view];
  const done = await answerQuestion({ askId: "second", question: { button: yes.key }, operator }, context);
  return done === undefined ? [view] : [view, done];
}

describe("every command", () => {
  for (const { name, danger } of commands) {
    test.each([0, 1, 50, 250])(`/${name} stays within all limits with %i rows and counts what it leaves out`, async (count) => {
      const context = await aCrowdedContext(count);

      const views = await answersOf(name, context);

      for (const view of views) {
        const message = renderAnswer(view, view.picture !== undefined);
        const whole = JSON.stringify(message);
        expect(brokenLimits(message)).toEqual([]);
        expect(whole).not.toMatch(/undefined|NaN|\[object/);
        for (const block of view.blocks) {
          if (block.kind === "table" && block.rows.length > 100) expect(whole).toMatch(/… \d+ more/);
        }
        for (const { key } of view.buttons ?? []) {
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(64);
          expect(parseButtonKey(key)).toMatchObject({ ok: true });
        }
      }
      // Without a symbol /close offers what is open instead of asking.
      expect(views).toHaveLength(danger === "confirm" && name !== "close" ? 2 : 1);
    });
  }

  test("without anything stored is readable too", async () => {
    for (const { name } of commands) {
      for (const view of await answersOf(name, await aCommandContext())) {
        expect(brokenLimits(renderAnswer(view, view.picture !== undefined))).toEqual([]);
      }
    }
  });
});

describe("an embed", () => {
  test("shows pairs as inline fields and instants in the reader's own time", () => {
    const embed = renderEmbed(
      aView({
        blocks: [
          keyValues([
            ["mode", "paper"],
            ["next", { atMs: atMs + 60_000 }],
          ]),
        ],
      }),
    );

    expect(embed.fields).toEqual([
      { name: "mode", value: "paper", inline: true },
      { name: "next", value: `<t:${(atMs + 60_000) / 1000}:R>`, inline: true },
    ]);
    expect(embed.timestamp).toBe("2026-11-21T10:19:00.000Z");
  });

  test("shows a narrow table as a code block", () => {
    const embed = renderEmbed(aView({ blocks: [aTable(2)] }));

    expect(embed.description).toBe("**Things**\n```\nname  amount\nrow0   value\nrow1   value\n```");
  });

  test("shows the rows of a wide table as cards", () => {
    const embed = renderEmbed(aView({ blocks: [aTable(1, "wide ".repeat(20).trim())] }));

    expect(embed.description).toBe(`**Things**\n**row0**\n${"wide ".repeat(20).trim()}`);
  });

  test("counts rows exactly: shown and left out make all", () => {
    for (const cell of ["1", "wide ".repeat(20)]) {
      for (const rowCount of [1, 10, 60, 61, 300, 1000]) {
        const whole = JSON.stringify(renderEmbed(aView({ blocks: [text("First."), aTable(rowCount, cell)] })));
        const shown = whole.match(/row\d+/g)?.length ?? 0;
        const leftOut = Number(/… (\d+) more/.exec(whole)?.[1] ?? 0);
        expect(shown + leftOut).toBe(rowCount);
      }
    }
  });

  test("leaves markdown and mentions in data without effect", () => {
    const message = renderMessage(aView({ blocks: [text("*bold* _under_score ~~x~~ `code` [a](http://b) <@1> @everyone")] }));

    expect(message.embeds?.[0]?.description).toBe(
      "\\*bold\\* \\_under\\_score \\~\\~x\\~\\~ \\`code\\` \\[a\\](http://b) \\<@1> @everyone",
    );
    expect(message.allowed_mentions).toEqual({ parse: [] });
  });

  test("keeps a fence in a cell from closing the code block", () => {
    const embed = renderEmbed(aView({ blocks: [aTable(1, "a```b")] }));

    expect(embed.description?.split("```")).toHaveLength(3);
  });

  test("stays within all limits and loses no block silently, whatever the view holds", () => {
    const content = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.string({ maxLength: 3000 }),
      fc.constant("_*`\\".repeat(400)),
    );
    const cell = fc.oneof(content, fc.record({ atMs: fc.integer({ min: 0, max: 4e12 }) }));
    const block = fc.oneof(
      content.map(text),
      fc.array(fc.tuple(content, cell), { maxLength: 40 }).map(keyValues),
      fc.array(fc.tuple(content, cell, content), { maxLength: 300 }).map((rows) => ({
        kind: "table" as const,
        title: "table",
        columns: columns("one", "two>", "three"),
        namingColumns: 1,
        rows,
        whenEmpty: "empty",
      })),
    );
    const view = fc.record({ title: content, blocks: fc.array(block, { maxLength: 40 }), footer: content });

    fc.assert(
      fc.property(view, (given) => {
        const message = renderMessage(aView(given));
        expect(brokenLimits({ embeds: message.embeds ?? [] })).toEqual([]);
        expect(answerAsText(message).ok).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an answer as text", () => {
  test("reads like the view itself", () => {
    const message = renderMessage(
      aView({
        title: "Status",
        blocks: [
          text("Alive: ict_smc."),
          keyValues([
            ["mode", "paper"],
            ["last cycle", { atMs: atMs - 240_000 }],
          ]),
          aTable(1),
        ],
        footer: "bot main",
      }),
    );

    const read = answerAsText(message);

    expect(read).toEqual({
      ok: true,
      value: [
        "Status",
        "Alive: ict_smc.",
        "mode        paper\nlast cycle  2026-11-21 10:15:00 UTC (4m 00s ago)",
        "Things:\nname  amount\nrow0   value",
        "bot main · 2026-11-21 10:19:00 UTC",
      ].join("\n\n"),
    });
  });

  test.each([[null], ["text"], [{ embeds: "none" }], [{}]])("says that %j is no message", (payload) => {
    expect(answerAsText(payload).ok).toBe(false);
  });
});
