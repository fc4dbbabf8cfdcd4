import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));
/** Said when everything is up. */
const upLine = /Ask it from another terminal/;
const endPatienceMs = 8_000;

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A winiswin command in a process of its own, with what it has said so far and everything that it started. */
export interface RunningCommand {
  readonly ended: Promise<Ended>;
  /** Resolves when the words so far match, or with undefined when the process ends before. */
  heard(words: (stderr: string) => boolean): Promise<true | undefined>;
  /** Resolves when the whole system is up. */
  up(): Promise<true | undefined>;
  /** Ends the start process alone, as a crash would; what it started may still hold its streams open. */
  crash(): Promise<void>;
  interrupt(): void;
  /** Those of its processes that are still there, after a moment to end. */
  leftBehind(): Promise<readonly number[]>;
}

const started: { readonly process: ChildProcess; readonly family: Set<number> }[] = [];

/** Runs a command of the real program; nothing of the environment of this machine's owner is passed on. */
export function runCommand(words: readonly string[], environment: Readonly<Record<string, string>> = {}): RunningCommand {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment },
  });
  const family = new Set<number>(child.pid === undefined ? [] : [child.pid]);
  started.push({ process: child, family });
  const said = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
    // Known while they are its children: once it is dead nothing tells whose they were.
    if (upLine.test(said.stderr)) learnFamily(family);
    tell();
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let isOver = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      isOver = true;
      tell();
      resolve({ exitCode, signal, ...said });
    });
  });
  const heard = (words: (stderr: string) => boolean) =>
    new Promise<true | undefined>((resolve) => {
      const listen = () => {
        if (!words(said.stderr) && !isOver) return;
        listeners.delete(listen);
        resolve(words(said.stderr) || undefined);
      };
      listeners.add(listen);
      listen();
    });
  return {
    ended,
    heard,
    up: () => heard((stderr) => upLine.test(stderr)),
    async crash() {
      learnFamily(family);
      child.kill("SIGKILL");
      await exited;
    },
    interrupt: () => child.kill("SIGINT"),
    leftBehind: () => survivorsOf(family),
  };
}

/** Runs a command to its end. */
export const commandEnd = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCommand(words, environment).ended;

/** For the end of a test, however it ended: kills what was started and is still there, by id. */
export async function endAllCommands(): Promise<void> {
  for (const { process: child, family } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      learnFamily(family);
      child.kill("SIGKILL");
    }
    for (const pid of await survivorsOf(family)) process.kill(pid, "SIGKILL");
  }
}

/** Adds the children of those that are known, and theirs. */
function learnFamily(family: Set<number>): void {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    for (const [pid = 0, parent = 0] of pairs) if (family.has(parent)) family.add(pid);
  }
}

async function survivorsOf(family: ReadonlySet<number>): Promise<readonly number[]> {
  const deadline = performance.now() + endPatienceMs;
  for (;;) {
    const living = [...family].filter(isAlive);
    if (living.length === 0 || performance.now() > deadline) return living;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
