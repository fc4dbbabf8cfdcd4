// What one cycle asks of AWS, for the bill: `npm run --silent bench -- usage > packages/cost/src/measured.json`, some minutes.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSystem } from "@winiswin/local";
import type { Invocation } from "@winiswin/local/lambda";
import { projectTopology } from "@winiswin/local/topology";
import type { Usage } from "@winiswin/local/usage";

const sizes = [100, 650];
/** The time of a function grows by the requests that it waits for one after the other: two latencies tell how many those are. */
const latenciesMs = [0, 40];
const warmUpCycles = 3;
const measuredCycles = 4;

/** One invocation at a time, so that the processor time of the process is that of the invocation. */
const oneAtATime = {
  ...projectTopology,
  queues: Object.fromEntries(
    Object.entries(projectTopology.queues).map(([name, queue]) => [
      name,
      { ...queue, subscriber: { ...queue.subscriber, maximumConcurrency: 1 } },
    ]),
  ),
};

async function measure(symbols: number, latencyMs: number) {
  process.stderr.write(`measuring ${symbols} symbols with an exchange that answers after ${latencyMs} ms ...\n`);
  const stateFolder = await mkdtemp(join(tmpdir(), "winiswin-usage-"));
  const invocations: Invocation[] = [];
  let executed = 0;
  let before: Promise<readonly Usage[]> | undefined;
  const system = await startSystem({
    market: { kind: "generated", symbols, seed: "usage" },
    topology: oneAtATime,
    speed: "max",
    stateFolder,
    fromMs: Date.UTC(2026, 0, 5, 0, 13, 30),
    cycles: warmUpCycles + measuredCycles,
    basePort: 0,
    exchange: { latencyMs, weightLimitPerMinute: 100_000 },
    environment: { ENABLE_TRADING: "true", MAX_SYMBOLS: String(symbols) },
    onLog: () => undefined,
    onInvocation: (invocation) => executed >= warmUpCycles && invocations.push(invocation),
    onProgress: (progress) => {
      if (progress.kind !== "executed") return;
      executed++;
      process.stderr.write(`${executed} of ${warmUpCycles + measuredCycles} cycles\n`);
      if (executed === warmUpCycles) before = system.usage();
    },
  });
  const end = await system.finished;
  if (end.reason !== "cycles") throw new Error(`the run ended too early: ${end.reason}`);
  const [first, last] = [(await before) ?? [], await system.usage()];
  await system.stop();
  await rm(stateFolder, { recursive: true, force: true });
  return {
    symbols,
    latencyMs,
    functions: functionsOf(invocations),
    calls: last.map((usage) => perCycle(usage, first)).filter(({ requests }) => requests > 0),
  };
}

function functionsOf(invocations: readonly Invocation[]) {
  const names = [...new Set(invocations.map(({ functionName }) => functionName))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const own = invocations.filter(({ functionName }) => functionName === name);
      const average = (of: (invocation: Invocation) => number) => rounded(own.reduce((sum, one) => sum + of(one), 0) / own.length);
      return [
        name,
        {
          invocations: own.length / measuredCycles,
          durationMs: average(({ durationMs }) => durationMs),
          cpuMs: average(({ cpuMs }) => cpuMs),
        },
      ];
    }),
  );
}

function perCycle(usage: Usage, before: readonly Usage[]) {
  const { functionName = "nobody", service, action, resource } = usage;
  const former = before.find(
    (one) =>
      one.functionName === usage.functionName &&
      one.service === usage.service &&
      one.action === usage.action &&
      one.resource === usage.resource,
  );
  const since = (of: (one: Usage) => number) => rounded((of(usage) - (former === undefined ? 0 : of(former))) / measuredCycles);
  return {
    functionName,
    service,
    action,
    resource,
    requests: since(({ requests }) => requests),
    sentBytes: since(({ sentBytes }) => sentBytes),
    capacityUnits: since(({ capacityUnits }) => capacityUnits),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A process for each, because the handlers of one process keep the clients of their first system. */
function measureApart(symbols: number, latencyMs: number): Promise<unknown> {
  const child = fork(fileURLToPath(import.meta.url), ["usage", String(symbols), String(latencyMs)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the measurement ended with ${code}`)));
  });
}

const [, , , symbols, latencyMs] = process.argv;
if (symbols !== undefined && latencyMs !== undefined) {
  const run = await measure(Number(symbols), Number(latencyMs));
  process.send?.(run, () => process.exit());
} else {
  const runs = [];
  for (const size of sizes) for (const latency of latenciesMs) runs.push(await measureApart(size, latency));
  const machine = `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  process.stdout.write(`${JSON.stringify({ measuredOn: new Date().toISOString().slice(0, 10), machine, runs }, undefined, 1)}\n`, () =>
    process.exit(),
  );
}
