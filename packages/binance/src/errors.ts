import { type ErrorRow, errorTable } from "./error-table.ts";
import type { Failure } from "./failure.ts";

/** The row of the table for a failure; the last row matches everything. */
export function classify(failure: Failure): ErrorRow {
  const row = errorTable.find((candidate) => matches(candidate, failure));
  if (row === undefined) throw new Error("the last row of the error table must match everything");
  return row;
}

function matches(row: ErrorRow, { code, status, systemCode, message }: Failure): boolean {
  if (row.codes !== undefined && (code === undefined || !row.codes.includes(code))) return false;
  if (row.statuses !== undefined && (status === undefined || !row.statuses.includes(status))) return false;
  if (row.systemCodes !== undefined && (systemCode === undefined || !row.systemCodes.includes(systemCode))) return false;
  return row.message === undefined || row.message.test(message);
}

/** The row's sentence with what the exchange said itself. */
export function sentenceFor(row: ErrorRow, failure: Failure, host: string): string {
  const label = failure.code ?? (failure.status === undefined ? failure.systemCode : `HTTP ${failure.status}`);
  const said = failure.message === "" || failure.systemCode !== undefined ? "" : `, it said "${failure.message}"`;
  return `${row.sentence.replaceAll("{host}", host)}${said}${label === undefined ? "" : ` (${label})`}`;
}
