import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isProcessAlive } from "./living-process.ts";
import { StartError } from "./start-error.ts";
import { missingParts, presentParts, statePartNames } from "./state-parts.ts";

const lockName = "lock.json";
const markName = "state.json";
/** Grows when stored state can no longer be read by this version. */
const formatVersion = 1;

const storedMark = z.object({ formatVersion: z.number(), parts: z.array(z.enum(statePartNames)).default([]) });

const lock = z.object({ pid: z.number().int().positive(), startedAt: z.iso.datetime() });

export interface StateFolder {
  readonly path: string;
  /** The last run was killed: what it started may still be ending. */
  readonly tookOver: boolean;
  /** Writes down which parts of the state are there, so that one that is gone at the next start is known to be lost. */
  recordParts(): void;
  release(): void;
}

/** A file that is there whole or not at all, also after a kill in the middle. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  const unfinished = `${file}.${process.pid}.unfinished`;
  writeFileSync(unfinished, content, { mode });
  renameSync(unfinished, file);
}

/** Parses a stored JSON file; undefined when there is none, StartError naming the file when it cannot be read. */
export function readStored<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new StartError(`${file} cannot be read, it may be half-written: --fresh starts over.`);
  }
}

/**
 * Takes the folder for this process: creates it, empties it when a fresh start is wanted, and locks it.
 *
 * Throws StartError when a living process has it, when it is not writable, when what is in it cannot be read or when a part of it is lost.
 */
export function takeStateFolder(path: string, options: { fresh: boolean; startedAtMs: number }): StateFolder {
  createWritable(path);
  const lockFile = join(path, lockName);
  const tookOver = existsSync(lockFile);
  refuseWhenTaken(path, lockFile);
  if (options.fresh) {
    rmSync(path, { recursive: true, force: true });
    createWritable(path);
  }
  const mine = JSON.stringify({ pid: process.pid, startedAt: new Date(options.startedAtMs).toISOString() });
  claim(path, lockFile, mine);
  const mark = join(path, markName);
  const marked = readStored(mark, storedMark);
  const refusal = refusalOf(path, marked);
  if (refusal !== undefined) {
    rmSync(lockFile, { force: true });
    throw new StartError(refusal);
  }
  const parts = marked?.parts ?? [];
  writeWhole(mark, JSON.stringify({ formatVersion, parts }));
  return {
    path,
    tookOver,
    recordParts() {
      writeWhole(mark, JSON.stringify({ formatVersion, parts: [...new Set([...parts, ...presentParts(path)])] }));
    },
    release() {
      if (readHolder(lockFile) === process.pid) rmSync(lockFile, { force: true });
    },
  };
}

function refusalOf(path: string, marked: z.output<typeof storedMark> | undefined): string | undefined {
  if (marked !== undefined && marked.formatVersion !== formatVersion)
    return `The state in ${path} was written by another version of Winiswin: --fresh starts over.`;
  const missing = missingParts(path, marked?.parts);
  return missing === undefined
    ? undefined
    : `The state in ${path} is not whole, missing: ${missing}; put back what was there, or start over with --fresh.`;
}

function createWritable(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch {
    throw new StartError(`The folder ${path} is not writable: make it so, or choose another with --state.`);
  }
  if (!statSync(path).isDirectory()) throw new StartError(`${path} is not a folder: choose another with --state.`);
}

function refuseWhenTaken(path: string, lockFile: string): void {
  const holder = readHolder(lockFile);
  if (holder !== undefined && holder !== process.pid && isProcessAlive(holder)) {
    throw new StartError(
      `Winiswin is running on ${path} already (process ${holder}): stop it first, or choose another folder with --state.`,
    );
  }
}

/** Of two that start at the same moment one creates the file; the other finds it. A lock of a dead process is taken over. */
function claim(path: string, lockFile: string, content: string): void {
  for (;;) {
    try {
      writeFileSync(lockFile, content, { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      refuseWhenTaken(path, lockFile);
      rmSync(lockFile, { force: true });
    }
  }
}

/** A lock that cannot be read is nobody's: it is written whole, so only a crash of the machine leaves such a one. */
function readHolder(lockFile: string): number | undefined {
  try {
    const { pid, startedAt } = lock.parse(JSON.parse(readFileSync(lockFile, "utf8")));
    // After a restart of the machine the number belongs to somebody else.
    const bootedAtMs = Date.now() - uptime() * 1000;
    return Date.parse(startedAt) < bootedAtMs - 5_000 ? undefined : pid;
  } catch {
    return undefined;
  }
}
