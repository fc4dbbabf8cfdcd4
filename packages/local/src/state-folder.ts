import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { accountRefusal, type BoundAccount, deletionRefusal, storedAccount } from "./account-binding.ts";
import { isProcessAlive } from "./living-process.ts";
import { StartError } from "./start-error.ts";
import { missingParts, presentParts, statePartNames } from "./state-parts.ts";

const lockName = "lock.json";
const markName = "state.json";
/** Worth another try. */
const temporaryExitCode = 75;
/** Grows when stored state can no longer be read by this version. */
const formatVersion = 1;

const storedMark = z.object({
  formatVersion: z.number(),
  parts: z.array(z.enum(statePartNames)).default([]),
  account: storedAccount,
});

type Mark = z.output<typeof storedMark>;

const lock = z.object({ pid: z.number().int().positive(), startedAt: z.iso.datetime(), isReading: z.boolean().default(false) });

export interface StateFolder {
  readonly path: string;
  /** The last run was killed: what it started may still be ending. */
  readonly tookOver: boolean;
  /** Writes down which parts of the state are there, so that one that is gone at the next start is known to be lost. */
  recordParts(): void;
  /** Writes down whose positions the tables are about from now on. */
  bindTo(account: BoundAccount): void;
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

export interface TakingOptions {
  readonly fresh: boolean;
  readonly startedAtMs: number;
  /** The account that the run is about; undefined where it has none. */
  readonly account?: BoundAccount | undefined;
  /** The account is the same although its key is another. */
  readonly newKey?: boolean | undefined;
}

/**
 * Takes the folder for this process: creates it, empties it when a fresh start is wanted, and locks it.
 *
 * Throws StartError when a living process has it, when it is not writable, when what is in it cannot be read, when a part of it is lost or
 * when it is about another account.
 */
export function takeStateFolder(path: string, options: TakingOptions): StateFolder {
  createWritable(path);
  const lockFile = join(path, lockName);
  const tookOver = existsSync(lockFile);
  refuseWhenTaken(path, lockFile, false);
  if (options.fresh) {
    const refusal = deletionRefusal(path, accountIn(path, readableMark(path)));
    if (refusal !== undefined) throw new StartError(refusal);
    rmSync(path, { recursive: true, force: true });
    createWritable(path);
  }
  const release = lockFolder(path, { startedAtMs: options.startedAtMs, isReading: false });
  const file = join(path, markName);
  let mark: Mark;
  try {
    const marked = readStored(file, storedMark);
    const refusal = refusalOf(path, marked, options);
    if (refusal !== undefined) throw new StartError(refusal);
    mark = { formatVersion, parts: marked?.parts ?? [], account: accountIn(path, marked) };
  } catch (error) {
    release();
    throw error;
  }
  const write = (changes: Partial<Mark>) => {
    mark = { ...mark, ...changes };
    writeWhole(file, JSON.stringify(mark));
  };
  write({});
  return {
    path,
    tookOver,
    recordParts: () => write({ parts: [...new Set([...mark.parts, ...presentParts(path)])] }),
    bindTo: (account) => write({ account }),
    release,
  };
}

/** A state that nothing runs on, held so that nothing starts on it meanwhile. */
export interface HeldState {
  /** Undefined in what was never used for an account. */
  readonly account: BoundAccount | undefined;
  release(): void;
}

/**
 * Locks a folder in which a state is stored, changing nothing of it; undefined when there are no tables.
 *
 * Throws StartError when a living process has it or when it was written by another version.
 */
export function holdStoredState(path: string, startedAtMs: number): HeldState | undefined {
  const marked = existsSync(path) ? readStored(join(path, markName), storedMark) : undefined;
  if (marked === undefined || !presentParts(path).includes("tables")) return undefined;
  if (marked.formatVersion !== formatVersion) throw new StartError(otherVersion(path));
  const release = lockFolder(path, { startedAtMs, isReading: true });
  return { account: accountIn(path, marked), release };
}

/** A mark that cannot be read is no reason to keep a fresh start from mending it. */
function readableMark(path: string): Mark | undefined {
  try {
    return readStored(join(path, markName), storedMark);
  } catch {
    return undefined;
  }
}

/** The account of a stored state; the simulated exchange keeps its account beside the tables. */
function accountIn(path: string, marked: Mark | undefined): BoundAccount | undefined {
  const isSimulated = marked?.parts.includes("exchange") === true || presentParts(path).includes("exchange");
  return marked?.account ?? (isSimulated ? { kind: "simulated" } : undefined);
}

function refusalOf(path: string, marked: Mark | undefined, { account, newKey = false }: TakingOptions): string | undefined {
  if (marked !== undefined && marked.formatVersion !== formatVersion) return otherVersion(path);
  // Before what is missing: without the exchange's own account a folder of another account is not a damaged one.
  const stored = accountIn(path, marked);
  const foreign = stored === undefined || account === undefined ? undefined : accountRefusal(path, stored, account, newKey);
  if (foreign !== undefined) return foreign;
  const missing = missingParts(path, marked?.parts);
  return missing === undefined
    ? undefined
    : `The state in ${path} is not whole, missing: ${missing}; put back what was there, or start over with --fresh.`;
}

const otherVersion = (path: string): string => `The state in ${path} was written by another version of Winiswin: --fresh starts over.`;

function createWritable(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch {
    throw new StartError(`The folder ${path} is not writable: make it so, or choose another with --state.`);
  }
  if (!statSync(path).isDirectory()) throw new StartError(`${path} is not a folder: choose another with --state.`);
}

function refuseWhenTaken(path: string, lockFile: string, isReading: boolean): void {
  const holder = readHolder(lockFile);
  if (holder === undefined || holder.pid === process.pid || !isProcessAlive(holder.pid)) return;
  if (holder.isReading)
    throw new StartError(`A command is reading ${path} (process ${holder.pid}): try again in a moment.`, temporaryExitCode);
  if (isReading)
    throw new StartError(
      `${path} is in use by process ${holder.pid}, which is starting or ending: ask again in a moment.`,
      temporaryExitCode,
    );
  throw new StartError(
    `Winiswin is running on ${path} already (process ${holder.pid}): stop it first, or choose another folder with --state.`,
  );
}

/** Of two that start at the same moment one creates the file; the other finds it. A lock of a dead process is taken over. */
function lockFolder(path: string, { startedAtMs, isReading }: { startedAtMs: number; isReading: boolean }): () => void {
  const lockFile = join(path, lockName);
  const content = JSON.stringify({ pid: process.pid, startedAt: new Date(startedAtMs).toISOString(), ...(isReading ? { isReading } : {}) });
  for (;;) {
    try {
      writeFileSync(lockFile, content, { flag: "wx" });
      return () => {
        if (readHolder(lockFile)?.pid === process.pid) rmSync(lockFile, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      refuseWhenTaken(path, lockFile, isReading);
      rmSync(lockFile, { force: true });
    }
  }
}

/** A lock that cannot be read is nobody's: it is written whole, so only a crash of the machine leaves such a one. */
function readHolder(lockFile: string): { readonly pid: number; readonly isReading: boolean } | undefined {
  try {
    const { pid, startedAt, isReading } = lock.parse(JSON.parse(readFileSync(lockFile, "utf8")));
    // After a restart of the machine the number belongs to somebody else.
    const bootedAtMs = Date.now() - uptime() * 1000;
    return Date.parse(startedAt) < bootedAtMs - 5_000 ? undefined : { pid, isReading };
  } catch {
    return undefined;
  }
}
