import { type ChildProcess, spawn } from "node:child_process";
import { once as onceEvent } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { rounded } from "./engine/runs.ts";
import { once } from "./once.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

interface FirstRun {
  readonly installSeconds: number;
  readonly startToFirstCycleSeconds: number;
  readonly signalsHash: string;
  readonly symbols: number;
}

/** What a newcomer does: clone the committed tree, install, start, and wait for the first finished cycle. */
const measureFirstRun = once(async (): Promise<FirstRun> => {
  const folder = await mkdtemp(join(tmpdir(), "winiswin-first-run-"));
  const checkout = join(folder, "winiswin");
  try {
    await succeeded("git", ["clone", "--quiet", root, checkout], folder);
    const installSeconds = await secondsOf(() => succeeded("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], checkout));
    const startedAt = performance.now();
    const start = run("npm", ["start", "--silent", "--", "--once", "--json", "--port", "0"], checkout);
    let firstCycleAt: number | undefined;
    createInterface({ input: start.stderr ?? process.stdin }).on("line", (line) => {
      if (line.startsWith("cycle ")) firstCycleAt ??= performance.now();
    });
    const output = await text(start.stdout ?? process.stdin);
    const exitCode = await exitCodeOf(start);
    if (exitCode !== 0 || firstCycleAt === undefined) throw new Error(`npm start ended with ${exitCode} and no finished cycle`);
    const [first] = (JSON.parse(output) as { cycles: { signalsHash: string; symbols: number }[] }).cycles;
    return {
      installSeconds,
      startToFirstCycleSeconds: (firstCycleAt - startedAt) / 1000,
      signalsHash: first?.signalsHash ?? "",
      symbols: first?.symbols ?? 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const run = (program: string, programArguments: readonly string[], folder: string): ChildProcess =>
  spawn(program, programArguments, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });

async function exitCodeOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await onceEvent(child, "exit")) as [number | null];
  return code ?? 1;
}

async function succeeded(program: string, programArguments: readonly string[], folder: string): Promise<void> {
  const child = run(program, programArguments, folder);
  child.stdout?.resume();
  const complaint = text(child.stderr ?? process.stdin);
  if ((await exitCodeOf(child)) !== 0) throw new Error(`${program} ${programArguments[0]} did not succeed: ${await complaint}`);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const figure = async (of: (measured: FirstRun) => number): Promise<Measurement> => {
  const measured = await measureFirstRun();
  // The market begins at the hour of the start, so this hash is of one run only.
  return { value: rounded(of(measured)), runs: 1, hash: measured.signalsHash, details: { symbols: measured.symbols } };
};

export const firstRunBenchmarks: readonly Benchmark[] = [
  { name: "firstRun.installSeconds", unit: "s", run: () => figure(({ installSeconds }) => installSeconds) },
  { name: "firstRun.startToFirstCycleSeconds", unit: "s", run: () => figure((measured) => measured.startToFirstCycleSeconds) },
];
