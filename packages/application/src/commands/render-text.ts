import { alignedLines, cellText, longCellText, oneLine, padded } from "./cell-text.ts";
import { instantText } from "./figures.ts";
import type { Block, KeyValues, Table, View } from "./view.ts";

const marks: Record<View["tone"], string> = { neutral: "", good: "", warning: " [warning]", bad: " [attention]" };

/** A view as plain text for a terminal or a log: nothing is shortened, colour is not needed. */
export function renderText(view: View): string {
  const heading = `${oneLine(view.title)}${marks[view.tone]}`;
  const footer = [...(view.footer === undefined ? [] : [oneLine(view.footer)]), instantText(view.atMs)].join(" · ");
  const blocks = view.blocks.map((block) => blockText(block, view.atMs));
  return [heading, ...blocks, ...(view.buttons ?? []).map(({ label, key }) => `[${label}] ${key}`), footer].join("\n\n");
}

function blockText(block: Block, nowMs: number): string {
  if (block.kind === "text") return oneLine(block.text);
  return block.kind === "keyValues" ? keyValuesText(block, nowMs) : tableText(block, nowMs);
}

function keyValuesText({ entries }: KeyValues, nowMs: number): string {
  const widest = entries.reduce((width, { key }) => Math.max(width, key.length), 0);
  return entries.map(({ key, value }) => `${padded(key, widest, "left")}  ${longCellText(value, nowMs)}`).join("\n");
}

function tableText(table: Table, nowMs: number): string {
  if (table.rows.length === 0) return oneLine(table.whenEmpty);
  const rows = table.rows.map((row) => row.map((cell) => cellText(cell, nowMs)));
  return [`${oneLine(table.title)}:`, ...alignedLines(table.columns, rows)].join("\n");
}
