import { instantText, relativeText } from "./figures.ts";
import type { Cell } from "./view.ts";

/** One line without control characters, whatever a remote system put into it. */
export const oneLine = (content: string): string => content.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();

/** A cell as plain text: an instant as its distance from the moment of the view. */
export const cellText = (cell: Cell, nowMs: number): string => (typeof cell === "string" ? oneLine(cell) : relativeText(cell.atMs, nowMs));

/** The same with the time itself, where there is room. */
export const longCellText = (cell: Cell, nowMs: number): string =>
  typeof cell === "string" ? oneLine(cell) : `${instantText(cell.atMs)} (${relativeText(cell.atMs, nowMs)})`;

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** Columns on a terminal: Chinese, Japanese and Korean characters take two. */
export const displayWidth = (content: string): number => [...content].length + (content.match(wide)?.length ?? 0);

export function padded(content: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(content)));
  return align === "left" ? `${content}${space}` : `${space}${content}`;
}

/** Heading line and rows in aligned columns, two spaces between them, no space at the end of a line. */
export function alignedLines(
  headings: readonly { heading: string; align: "left" | "right" }[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [headings.map((column) => column.heading), ...rows];
  const widths = headings.map((_, index) => all.reduce((widest, row) => Math.max(widest, displayWidth(row[index] ?? "")), 0));
  return all.map((row) =>
    headings
      .map(({ align }, index) => padded(row[index] ?? "", widths[index] ?? 0, align))
      .join("  ")
      .trimEnd(),
  );
}
