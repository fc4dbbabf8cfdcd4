import { alignedLines, cellText, longCellText, oneLine } from "@winiswin/application/commands/cell-text";
import { instantText } from "@winiswin/application/commands/figures";
import type { Block, Button, Table, Tone, View } from "@winiswin/application/commands/view";
import { limits } from "./limits.ts";

/** A message's text in Telegram's HTML. */
export interface Rendered {
  readonly text: string;
  readonly buttons: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
}

const marks: Record<Tone, string> = { neutral: "", good: "🟢 ", warning: "🟡 ", bad: "🔴 " };
/** Wider than this a table breaks its lines on a phone, and a row is better shown as a card. */
const widestTable = 44;
const buttonsInRow = 2;
const longestLine = 700;
const moreLine = "… shortened, the whole stands in Discord and on the command line";

/** The whole view within the limit; what does not fit is counted, never silently left out. */
export function renderView(view: View, longest: number = limits.text): Rendered {
  const heading = `${marks[view.tone]}<b>${escaped(shortened(oneLine(view.title), 200))}</b>`;
  const footer = `<i>${escaped(shortened([...(view.footer === undefined ? [] : [oneLine(view.footer)]), instantText(view.atMs)].join(" · "), 200))}</i>`;
  let left = longest - heading.length - footer.length - moreLine.length - 8;
  const parts: string[] = [];
  let isShortened = false;
  const [fixed, tables] = [view.blocks.filter((block) => block.kind !== "table"), view.blocks.filter((block) => block.kind === "table")];
  const fixedLength = fixed.reduce((sum, block) => sum + blockText(block, view.atMs, left).length + 2, 0);
  let tablesLeft = tables.length;
  let tableRoom = Math.max(0, left - fixedLength);
  for (const block of view.blocks) {
    const room = block.kind === "table" ? Math.floor(tableRoom / Math.max(1, tablesLeft)) : left;
    const content = blockText(block, view.atMs, Math.min(room, left));
    if (block.kind === "table") {
      tablesLeft -= 1;
      tableRoom -= content.length + 2;
    }
    if (content === "" || content.length + 2 > left) {
      isShortened = true;
      continue;
    }
    parts.push(content);
    left -= content.length + 2;
  }
  const text = [heading, ...parts, ...(isShortened ? [moreLine] : []), footer].join("\n\n");
  return { text, buttons: rowsOf(view.buttons ?? []) };
}

function rowsOf(buttons: readonly Button[]): Rendered["buttons"] {
  const shown = buttons.slice(0, limits.buttons);
  return Array.from({ length: Math.ceil(shown.length / buttonsInRow) }, (_, row) =>
    shown
      .slice(row * buttonsInRow, (row + 1) * buttonsInRow)
      .map(({ label, key }) => ({ text: shortened(oneLine(label), limits.buttonText), callback_data: key })),
  );
}

function blockText(block: Block, nowMs: number, room: number): string {
  if (block.kind === "text") return escaped(shortened(oneLine(block.text), longestLine));
  if (block.kind === "keyValues")
    return block.entries
      .map(({ key, value }) => `${escaped(oneLine(key))}: <b>${escaped(shortened(longCellText(value, nowMs), 200))}</b>`)
      .join("\n");
  return tableText(block, nowMs, room);
}

function tableText(table: Table, nowMs: number, room: number): string {
  if (table.rows.length === 0) return escaped(oneLine(table.whenEmpty));
  const title = `<b>${escaped(oneLine(table.title))}</b>`;
  const rows = table.rows.map((row) => row.map((cell) => cellText(cell, nowMs)));
  const lines = alignedLines(table.columns, rows);
  const isNarrow = lines.every((line) => line.length <= widestTable);
  if (isNarrow) {
    const { kept, missing } = keptWithin(lines.map(escaped), room - title.length - 30, 1);
    return missing === lines.length - 1 && kept.length < 2 ? "" : `${title}\n<pre>${kept.join("\n")}</pre>${moreOf(missing)}`;
  }
  const { kept, missing } = keptWithin(
    rows.map((row) => cardOf(table, row)),
    room - title.length - 20,
    0,
  );
  return kept.length === 0 ? "" : `${title}\n${kept.join("\n")}${moreOf(missing)}`;
}

const moreOf = (missing: number): string => (missing === 0 ? "" : `\n… ${missing} more`);

/** As many leading lines as fit; `headings` of them count as no row. */
function keptWithin(
  lines: readonly string[],
  room: number,
  headings: number,
): { readonly kept: readonly string[]; readonly missing: number } {
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    if (used + line.length + 1 > room) break;
    kept.push(line);
    used += line.length + 1;
  }
  return { kept, missing: lines.length - Math.max(kept.length, headings) };
}

/** "<b>BTCUSDT long</b>" and behind it every other column as "heading value". */
function cardOf({ columns, namingColumns }: Table, row: readonly string[]): string {
  const name = shortened(row.slice(0, namingColumns).join(" "), 120);
  const headings = columns.slice(namingColumns);
  const details = row
    .slice(namingColumns)
    .map((value, index) => (headings.length === 1 ? value : `${headings[index]?.heading ?? ""} ${value}`));
  return `<b>${escaped(name)}</b> ${escaped(shortened(details.join(" · "), 400))}`;
}

/** Whole characters only. */
const shortened = (content: string, longest: number): string =>
  content.length <= longest
    ? content
    : `${[...content].reduce((kept, character) => (kept.length + character.length < longest ? kept + character : kept), "")}…`;

const escaped = (content: string): string => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
