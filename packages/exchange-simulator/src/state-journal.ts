import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { StateChange } from "./matching/exchange-state.ts";

/** One line of the file: what changed together. */
export interface JournalLine {
  /** Simulated time that clients have seen: a restart never shows an earlier one. */
  readonly seenMs?: number;
  readonly changes?: readonly StateChange[];
  /** First line only: what the state belongs to. */
  readonly identity?: JournalIdentity;
}

export interface JournalIdentity {
  readonly format: 1;
  readonly market: string;
  /** The day that decides when contracts were listed. */
  readonly listingMs: number;
}

export interface StoredState {
  readonly identity: JournalIdentity;
  readonly seenMs: number;
  readonly changes: readonly StateChange[];
}

/**
 * The exchange's memory on disk: one JSON line per commit, appended before the answer leaves.
 *
 * A process killed in the middle of a write leaves a torn last line, which was never answered and is dropped; a torn line elsewhere is
 * damage and refused. Opening rewrites the file to its shortest form, through a temporary file and a rename.
 */
export class StateJournal {
  private readonly descriptor: number;

  private constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** What a file holds, undefined when it does not exist or is empty; throws Error with one sentence when it is damaged. */
  static read(file: string): StoredState | undefined {
    if (!existsSync(file)) return undefined;
    const text = readFileSync(file, "utf8");
    const lines = text.split("\n");
    // Without a final newline the last line is torn.
    lines.pop();
    // The first line is written whole, through a rename: a torn one is damage.
    if (lines.length === 0 && text !== "") throw damagedAt(file, 1);
    if (lines.length === 0) return undefined;
    let identity: JournalIdentity | undefined;
    let seenMs = 0;
    const changes: StateChange[] = [];
    for (const [index, line] of lines.entries()) {
      const entry = parseLine(line, file, index + 1);
      identity ??= entry.identity;
      if (entry.seenMs !== undefined) seenMs = Math.max(seenMs, entry.seenMs);
      if (entry.changes !== undefined) changes.push(...entry.changes);
    }
    if (identity?.format !== 1)
      throw new Error(`The state file ${file} was not written by this version of the simulator: --fresh starts over.`);
    return { identity, seenMs, changes };
  }

  /** Starts the file anew with this state. */
  static create(file: string, identity: JournalIdentity, seenMs: number, changes: readonly StateChange[]): StateJournal {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.new`;
    const descriptor = openSync(temporary, "w");
    writeSync(descriptor, `${JSON.stringify({ identity, seenMs, changes } satisfies JournalLine)}\n`);
    fsyncSync(descriptor);
    renameSync(temporary, file);
    return new StateJournal(descriptor);
  }

  append(line: JournalLine): void {
    writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function parseLine(line: string, file: string, number: number): JournalLine {
  try {
    return JSON.parse(line) as JournalLine;
  } catch {
    throw damagedAt(file, number);
  }
}

const damagedAt = (file: string, line: number): Error =>
  new Error(`The state file ${file} is damaged at line ${line}: --fresh starts over.`);
