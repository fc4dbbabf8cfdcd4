import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cycle, ShardReport } from "@winiswin/application/ports/cycle-store";
import { startSystem } from "@winiswin/local";
import { openBooks } from "@winiswin/local/books";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { createFlowingClock, type FlowingClock } from "./cycle/flowing-clock.ts";
import { summarise } from "./engine/runs.ts";
import { once } from "./once.ts";

const symbols = 650;
const exchangeLatencyMs = 50;
const warmUpCycles = 4;
const measuredCycles = 12;
/** Shortly before a dispatch; fixed, so that every run sees the same candles. */
const fromMs = Date.UTC(2026, 0, 5, 0, 13, 30);

/**
 * Whole cycles through the real handlers over the emulators, with an exchange that answers after 50 ms.
 *
 * Waiting a quarter of an hour between two cycles would measure nothing, and an accelerated clock would stretch every figure; so time is
 * stepped from instant to instant, and within an instant the handlers' clock goes on in real milliseconds. What is reported is what a real
 * clock would have shown, the two seconds of settling after the close included. Trading is off: the way ends where the executor begins.
 */
const measureCycles = once(async (): Promise<readonly Cycle[]> => {
  const stateFolder = await mkdtemp(join(tmpdir(), "winiswin-bench-"));
  let flowing: FlowingClock | undefined;
  try {
    const system = await startSystem({
      market: { kind: "generated", symbols, seed: "bench" },
      speed: "max",
      stateFolder,
      fromMs,
      cycles: warmUpCycles + measuredCycles,
      basePort: 0,
      environment: { ENABLE_TRADING: "false", MAX_SYMBOLS: String(symbols), SYMBOL_MODE: "all" },
      secrets: { BinanceApiKey: "", BinanceApiSecret: "" },
      exchange: { latencyMs: exchangeLatencyMs },
      onLog: () => undefined,
      onProgress: (progress) => {
        if (progress.kind === "clock") flowing?.moved();
      },
      useClock: async (clock) => {
        flowing = createFlowingClock(clock, () => performance.now());
        const { useClock } = await import("@winiswin/functions/clock");
        useClock(flowing);
      },
    });
    try {
      const books = await openBooks();
      const end = await system.finished;
      if (end.reason !== "cycles") throw new Error(`the run ended too early: ${end.reason === "failed" ? end.detail : end.reason}`);
      const cycles = await books.cycles.latest(warmUpCycles + measuredCycles, system.clock.nowMs() + 1);
      return cycles.slice(0, measuredCycles);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(stateFolder, { recursive: true, force: true });
  }
});

/** Figures of the measured cycles, the newest first; the hash is of the signals of the last one. */
async function figure(of: (cycle: Cycle) => number, details?: (cycles: readonly Cycle[]) => Record<string, unknown>): Promise<Measurement> {
  const cycles = await measureCycles();
  return summarise(cycles.map(of), "less", cycles[0]?.signalsHash ?? "", details?.(cycles));
}

type Stage = "fetchMs" | "foldMs" | "evaluateMs" | "writeMs";

/** Of the slowest shard, because shards work side by side. */
const slowest = (stage: Stage) => (cycle: Cycle) => Math.max(...cycle.shards.map((shard: ShardReport) => shard[stage]));

const medianSum = (stage: Stage, cycles: readonly Cycle[]): number =>
  summarise(
    cycles.map((cycle) => cycle.shards.reduce((sum, shard) => sum + shard[stage], 0)),
    "less",
    "",
  ).value;

const stage = (name: Stage): Benchmark => ({
  name: `cycle650.${name}`,
  unit: "ms of the slowest shard",
  run: () => figure(slowest(name), (cycles) => ({ sumOverShardsMs: medianSum(name, cycles) })),
});

export const cycleBenchmarks: readonly Benchmark[] = [
  {
    name: "cycle650.closeToExecutorMs",
    unit: "ms",
    run: () =>
      figure(
        (cycle) => (cycle.executionStartedAtMs ?? Number.NaN) - cycle.closeTimeMs,
        (cycles) => ({
          symbols: cycles[0]?.symbols,
          shards: cycles[0]?.shardCount,
          complete: cycles.filter((cycle) => cycle.complete).length,
          settleMs: 2_000,
          exchangeLatencyMs,
        }),
      ),
  },
  stage("fetchMs"),
  stage("foldMs"),
  stage("evaluateMs"),
  stage("writeMs"),
];
