import type { Column, DatasetRecord } from "../dataset-record.ts";

/** RFC 4180 with a header: null is an empty field, a text with a comma, quote or line break is quoted. */
export const csvOf = (columns: readonly Column[], records: readonly DatasetRecord[]): string =>
  [columns.map(({ name }) => field(name)), ...records.map((record) => columns.map(({ name }) => field(record[name] ?? null)))]
    .map((fields) => `${fields.join(",")}\r\n`)
    .join("");

function field(value: string | number | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
}
