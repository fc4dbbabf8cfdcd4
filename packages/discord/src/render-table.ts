import { alignedLines, cellText, oneLine } from "@winiswin/application/commands/cell-text";
import type { Cell, Table } from "@winiswin/application/commands/view";
import { plain, shortened } from "./shortened.ts";

/** Wider than this a code block breaks its lines on a phone, and a row is better shown as a card. */
const widestCodeBlock = 56;
const longestCard = 600;

/** How much room there is: characters in all, characters a part, parts. */
export interface Room {
  readonly characters: number;
  readonly charactersPerPart: number;
  readonly parts: number;
}

/** The table in parts that fit the room; rows that do not fit are counted in a last line "… n more". */
export function tableParts(table: Table, room: Room, nowMs: number): readonly string[] {
  if (table.rows.length === 0) return [shortened(plain(oneLine(table.whenEmpty)), Math.min(room.characters, room.charactersPerPart))];
  const rows = table.rows.map((row) => row.map((cell) => cellText(cell, nowMs)));
  const lines = alignedLines(table.columns, rows);
  const isNarrow = lines.every((line) => line.length <= widestCodeBlock);
  return isNarrow
    ? filled(
        lines.map((line) => line.replaceAll("`", "'")),
        { opening: "```\n", closing: "\n```" },
        1,
        room,
      )
    : filled(
        table.rows.map((row) => cardOf(table, row, nowMs)),
        { opening: "", closing: "" },
        0,
        room,
      );
}

/** "**BTCUSDT long**" and below it every other column as "heading value". */
function cardOf(table: Table, row: readonly Cell[], nowMs: number): string {
  const shown = row.map((cell) => (typeof cell === "string" ? plain(cellText(cell, nowMs)) : instantMarkup(cell.atMs)));
  const name = shown.slice(0, table.namingColumns).join(" ");
  const headings = table.columns.slice(table.namingColumns);
  const details = shown
    .slice(table.namingColumns)
    // One column alone is explained by the title of the table.
    .map((value, index) => (headings.length === 1 ? value : `${plain(headings[index]?.heading ?? "")} ${value}`))
    .join(" · ");
  return `**${shortened(name, 150)}**\n${shortened(details, longestCard)}`;
}

/** Discord shows it in the reader's own time zone and keeps counting. */
export const instantMarkup = (atMs: number): string => `<t:${Math.floor(atMs / 1000)}:R>`;

function filled(
  lines: readonly string[],
  fence: { opening: string; closing: string },
  headingLines: number,
  room: Room,
): readonly string[] {
  const overhead = fence.opening.length + fence.closing.length;
  const reserve = `\n… ${lines.length} more`.length;
  const parts: string[][] = [[]];
  let usedInAll = overhead + reserve;
  let usedInPart = overhead + reserve;
  let shown = 0;
  for (const line of lines) {
    const cost = line.length + 1;
    const opensPart = usedInPart + cost > room.charactersPerPart && (parts.at(-1)?.length ?? 0) > 0;
    const costInAll = opensPart ? cost + overhead + reserve : cost;
    if (usedInAll + costInAll > room.characters || (opensPart && parts.length >= room.parts)) break;
    if (opensPart) {
      parts.push([]);
      usedInPart = overhead + reserve;
    }
    parts.at(-1)?.push(shortened(line, room.charactersPerPart - overhead - reserve - 1));
    usedInAll += costInAll;
    usedInPart += cost;
    shown += 1;
  }
  const missing = lines.length - Math.max(shown, headingLines);
  return parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    const body = part.length === 0 ? "" : `${fence.opening}${part.join("\n")}${fence.closing}`;
    return isLast && missing > 0 ? `${body}${body === "" ? "" : "\n"}… ${missing} more` : body;
  });
}
