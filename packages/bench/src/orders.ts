import { type ChildProcess, fork } from "node:child_process";
import { once as onceEvent } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { rounded, summarise } from "./engine/runs.ts";
import { once } from "./once.ts";
import type { CrashMessage } from "./orders/crash-run.ts";
import type { EntryRun, EntryRuns } from "./orders/entry-run.ts";
import type { Passage } from "./orders/wire.ts";

const exchangeLatencyMs = 50;
const warmUps = 4;
const measuredEntries = 24;
const crashes = 3;
/** Were the message lost: the lease of the dead runs out, and then the guard's minute comes. */
const recoveryPatienceMs = 150_000;

const start = (program: string, programArguments: readonly string[]): ChildProcess =>
  fork(fileURLToPath(new URL(`./orders/${program}`, import.meta.url)), [...programArguments], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });

/** One cycle with one signal after the other, each entered, protected and taken away again before the next. */
const measureEntries = once(async (): Promise<EntryRuns> => {
  const child = start("entry-run.ts", [exchangeLatencyMs, warmUps, measuredEntries].map(String));
  const [result] = await Promise.race([
    onceEvent(child, "message"),
    onceEvent(child, "exit").then(([code]) => {
      throw new Error(`the orders were not placed: the process ended with ${code}`);
    }),
  ]);
  return result as EntryRuns;
});

const includes =
  "handler, real adapter, SDK and signatures, HTTP to a simulator in its own process, tables and audit in the DynamoDB emulator";

/** The whole way, and in the details how much of it was waiting for the exchange. */
async function passage(of: (run: EntryRun) => Passage, details: Record<string, unknown>): Promise<Measurement> {
  const { runs, hash } = await measureEntries();
  const passages = runs.map(of);
  const median = (figure: (one: Passage) => number) => summarise(passages.map(figure), "less", "").value;
  return summarise(
    passages.map(({ totalMs }) => totalMs),
    "less",
    hash,
    {
      exchangeLatencyMs,
      waitingForExchangeMs: median(({ exchangeMs }) => exchangeMs),
      ownMs: median(({ totalMs, exchangeMs }) => totalMs - exchangeMs),
      exchangeRequests: passages[0]?.exchangeRequests,
      exchangeRoundTripsInSeries: Math.round(median(({ exchangeMs }) => exchangeMs / exchangeLatencyMs)),
      databaseRequests: median(({ databaseRequests }) => databaseRequests),
      otherRequests: passages[0]?.otherRequests,
      includes,
      ...details,
    },
  );
}

interface Recovery {
  readonly protectedAfterMs: number;
  readonly startedAfterMs: number;
  readonly by: string;
}

/** In real time: killed when its entry was answered, started again at once on the same state. */
async function crashAndRecover(): Promise<Recovery> {
  const stateFolder = await mkdtemp(join(tmpdir(), "winiswin-crash-"));
  try {
    const doomed = start("crash-run.ts", ["enter", stateFolder]);
    const [, signal] = await onceEvent(doomed, "exit");
    if (signal !== "SIGKILL") throw new Error("the process that was to be killed after its entry ended by itself");
    const beganAtMs = Date.now();
    const child = start("crash-run.ts", ["recover", stateFolder]);
    try {
      let startedAfterMs = Number.NaN;
      const found = Promise.withResolvers<Extract<CrashMessage, { told: "protected" }>>();
      child.on("message", (message: CrashMessage) => {
        if (message.told === "started") startedAfterMs = Date.now() - beganAtMs;
        if (message.told === "protected") found.resolve(message);
      });
      child.once("exit", (code) => found.reject(new Error(`the process ended with ${code} before anything was protected`)));
      const timer = setTimeout(() => found.reject(new Error("nothing was protected in time")), recoveryPatienceMs);
      const { atMs, by, held, stops } = await found.promise.finally(() => clearTimeout(timer));
      if (held !== 1 || stops !== 1) throw new Error(`${held} positions are held and ${stops} stops rest after the recovery`);
      return { protectedAfterMs: atMs - beganAtMs, startedAfterMs, by };
    } finally {
      const ended = child.exitCode === null && child.signalCode === null ? onceEvent(child, "exit") : undefined;
      child.kill("SIGKILL");
      await ended;
    }
  } finally {
    await rm(stateFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function recovery(): Promise<Measurement> {
  const runs: Recovery[] = [];
  for (let count = 0; count < crashes; count++) runs.push(await crashAndRecover());
  // The market begins at the instant of the start, so there are no figures that every run must share but these.
  return summarise(
    runs.map(({ protectedAfterMs }) => protectedAfterMs / 1_000),
    "less",
    "1 position, 1 stop",
    {
      exchangeLatencyMs,
      runs: runs.map((run) => ({ ...run, protectedAfterMs: rounded(run.protectedAfterMs) })),
      includes: "start of the process, of the emulators and of the simulator, then the work itself",
      leavesOut:
        "a queue that keeps what the dead one was working on: the emulator gives it back at once, SQS after 70 s, so on AWS the guard's minute comes first, and waits for the dead one's lease of 30 s",
    },
  );
}

export const orderBenchmarks: readonly Benchmark[] = [
  {
    name: "orders.signalToEntryMs",
    unit: "ms",
    run: () => passage(({ signalToEntry }) => signalToEntry, { from: "start of the executor", to: "entry handed to the socket" }),
  },
  {
    name: "orders.fillToStopMs",
    unit: "ms",
    run: () => passage(({ fillToStop }) => fillToStop, { from: "head of the entry's answer arrived", to: "stop handed to the socket" }),
  },
  { name: "orders.crashToStopSeconds", unit: "s", run: recovery },
];
