import type { Column, DatasetRecord } from "../dataset-record.ts";

/** One JSON object a line, its keys in the order of the columns. */
export const jsonLinesOf = (columns: readonly Column[], records: readonly DatasetRecord[]): string =>
  records.map((record) => `${JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, record[name] ?? null])))}\n`).join("");
