import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  completeNeeds,
  createEngine,
  type DetectorName,
  detectorNames,
  type Engine,
  restoreEngines,
  saveEngines,
} from "@winiswin/analysis";
import type { Candle } from "@winiswin/domain/candle";
import { durationMs, type Timeframe } from "@winiswin/domain/timeframe";
import { seededCandles } from "@winiswin/testkit/candles";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { benchmarkCandles, repeatedCandles } from "./engine/candles.ts";
import { foldAll, foldAndRead, hashOf, measured } from "./engine/fold.ts";
import { librarySeconds } from "./engine/library-indicators.ts";
import { rounded, summarise, times } from "./engine/runs.ts";

const folded = "state and events of every detector of 15m, 1h, 4h and 1d";
const onDemand = "merging and scores of all zones, POC and value area of both profiles";
/** What `engine.read` does not read either: mostly copies made for a reader. */
const unread = "lists of resting levels, previous day and week, divergences, breakers, sessions, anchored VWAP, profile histogram";

const lightNeeds: readonly DetectorName[] = ["ema", "rsi", "atr"];

let read: ReturnType<typeof benchmarkCandles> | undefined;

/** The candles to measure with, read once. */
function recorded(): ReturnType<typeof benchmarkCandles> {
  read ??= benchmarkCandles();
  return read;
}

/** Folding alone: what the engine leaves until it is read is not worked out, as in a backtest of a strategy that does not look there. */
async function warm(needs: readonly DetectorName[], runs: number, details?: () => Record<string, unknown>): Promise<Measurement> {
  const { source, candles } = recorded();
  times(2, () => foldAll(candles, needs));
  const folds = times(runs, () => foldAll(candles, needs));
  const rates = folds.map(({ seconds }) => candles.length / seconds);
  const perProcessorSecond = rounded(candles.length / Math.min(...folds.map(({ processorSeconds }) => processorSeconds)));
  return summarise(rates, "more", folds[0]!.hash, { source, candles: candles.length, perProcessorSecond, ...details?.() });
}

/** Nanoseconds a candle that each detector adds to those it builds on. */
async function shares(): Promise<Measurement> {
  const { candles } = recorded();
  const nanosecondsOf = (needs: readonly DetectorName[]): number => {
    foldAll(candles, needs);
    return (Math.min(...times(3, () => foldAll(candles, needs).seconds)) / candles.length) * 1e9;
  };
  const idle = nanosecondsOf([]);
  const all = nanosecondsOf(detectorNames);
  const added = detectorNames.map((name): [DetectorName, number] => {
    const below = completeNeeds([name]).filter((other) => other !== name);
    return [name, Math.round(nanosecondsOf([name]) - (below.length === 0 ? idle : nanosecondsOf(below)))];
  });
  const largestFirst = added.toSorted((one, other) => other[1] - one[1]);
  const details = { nanosecondsPerCandle: { candleAlone: Math.round(idle), ...Object.fromEntries(largestFirst) } };
  return { value: rounded(all), runs: 3, hash: foldAll(candles, detectorNames).hash, details };
}

/** Folding alone as in `warm`, by a thread that has compiled nothing yet. */
async function cold(): Promise<Measurement> {
  const rates: number[] = [];
  let hash = "";
  for (let run = 0; run < 3; run++) {
    const worker = new Worker(new URL("./engine/cold-fold.ts", import.meta.url));
    const [result] = (await once(worker, "message")) as [{ candlesPerSecond: number; hash: string }];
    rates.push(result.candlesPerSecond);
    hash = result.hash;
    await worker.terminate();
  }
  return summarise(rates, "more", hash, { includes: folded, leavesOut: onDemand });
}

/** In processor time: the runs are of very different length, and what else the machine does must not bend the ratio. */
async function scaling(): Promise<Measurement> {
  const { candles } = recorded();
  foldAll(candles, detectorNames);
  const nanoseconds: Record<string, number> = {};
  let hash = "";
  for (const [count, runs] of [
    [10_000, 30],
    [100_000, 5],
    [1_000_000, 1],
  ] as const) {
    const long = repeatedCandles(candles, count);
    const folds = times(runs, () => foldAll(long, detectorNames));
    const seconds = folds.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0) / runs;
    nanoseconds[count] = Math.round((seconds / count) * 1e9);
    hash = folds[0]!.hash;
  }
  const value = rounded(nanoseconds[1_000_000]! / nanoseconds[10_000]!);
  return { value, runs: 1, hash, details: { nanosecondsPerCandle: nanoseconds } };
}

async function againstLibrary(): Promise<Measurement> {
  const { candles } = recorded();
  const same: readonly DetectorName[] = ["rsi", "macd", "ema", "atr", "adx", "bollinger"];
  const run = (): { all: number; alike: number; library: number } => ({
    all: foldAll(candles, detectorNames).seconds,
    alike: foldAll(candles, same).seconds,
    library: librarySeconds(candles),
  });
  run();
  const rounds = times(5, run);
  const best = (part: "all" | "alike" | "library"): number => Math.min(...rounds.map((round) => round[part]));
  const details = {
    libraryComputes: "RSI, MACD, EMA50, EMA200, ATR, ADX, Bollinger",
    libraryCandlesPerSecond: rounded(candles.length / best("library")),
    sameIndicatorsCandlesPerSecond: rounded(candles.length / best("alike")),
    sameIndicatorsRatio: rounded(best("library") / best("alike")),
  };
  const ratios = rounds.map(({ all, library }) => library / all);
  return summarise(ratios, "more", foldAll(candles, detectorNames).hash, details);
}

function shardOf(symbols: number): Engine[] {
  const { candles } = recorded();
  return times(symbols, () => 0).map((_, index) => {
    const engine = createEngine(`S${index}USDT`, detectorNames);
    for (const candle of candles.slice(index * 400, index * 400 + 1500)) engine.update(candle);
    return engine;
  });
}

async function bytesPerSymbol(): Promise<Measurement> {
  recorded();
  const before = heldBytes();
  const engines = shardOf(65);
  const heldBytesPerSymbol = Math.round((heldBytes() - before) / engines.length);
  const state = engines[0]!.save().length;
  const shard = saveEngines(engines);
  const details = {
    heldBytesPerSymbol,
    shardBytes: shard.length,
    shardGzip1Bytes: gzipSync(shard, { level: 1 }).length,
    shardZstdBytes: zstdCompressSync(shard).length,
  };
  return { value: state, runs: 1, hash: hashOf(engines[64]!, 0), details };
}

/** What a live cycle computes: one candle into each of 65 engines, one after the other. */
async function cycleOfShard(): Promise<Measurement> {
  const { candles } = recorded();
  const engines = shardOf(65);
  const cycles = times(100, () => 0).map((_, cycle) =>
    timed(() => {
      for (const [index, engine] of engines.entries()) engine.update(candles[index * 400 + 1500 + cycle]!);
    }),
  );
  return summarise(cycles.slice(20), "less", hashOf(engines[64]!, 0));
}

async function saveShard(): Promise<Measurement> {
  const engines = shardOf(65);
  times(3, () => saveEngines(engines));
  return summarise(
    times(15, () => timed(() => saveEngines(engines))),
    "less",
    hashOf(engines[64]!, 0),
  );
}

async function restoreShard(): Promise<Measurement> {
  const engines = shardOf(65);
  const bytes = saveEngines(engines);
  const restored = restoreEngines(detectorNames, bytes);
  if (!restored.ok) throw new Error(restored.failure);
  const hash = hashOf(restored.value.get("S64USDT")!, 0);
  if (hash !== hashOf(engines[64]!, 0)) throw new Error("the restored engine does not say what the saved one said");
  return summarise(
    times(15, () => timed(() => restoreEngines(detectorNames, bytes))),
    "less",
    hash,
  );
}

/** CPU alone: the histories are in memory, four of 499 candles a symbol. */
async function bootstrap(): Promise<Measurement> {
  const endMs = Date.UTC(2024, 5, 1);
  const historyOf = (timeframe: Timeframe, seed: number): Candle[] =>
    seededCandles({ seed, count: 499, timeframe, startMs: endMs - 499 * durationMs(timeframe) });
  const histories = times(13, () => 0).map((_, seed) => ({
    "15m": historyOf("15m", seed + 1),
    "1h": historyOf("1h", seed + 1),
    "4h": historyOf("4h", seed + 1),
    "1d": historyOf("1d", seed + 1),
  }));
  const bootstrapped = (index: number): Engine => {
    const engine = createEngine(`S${index}USDT`, detectorNames);
    engine.bootstrap(histories[index % histories.length]!);
    return engine;
  };
  const bootstrapAll = (): void => {
    for (let index = 0; index < 650; index++) bootstrapped(index);
  };
  const runs = times(3, () => timed(bootstrapAll));
  return summarise(runs, "less", hashOf(bootstrapped(0), 0));
}

/** Memory in use after a collection. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const timed = (work: () => void): number => measured(work).seconds * 1000;

/** Folding and reading: zones merged and scored and both value areas searched at every close, which folding alone leaves until they are read. */
async function withReads(): Promise<Measurement> {
  const { source, candles } = recorded();
  times(2, () => foldAndRead(candles, detectorNames));
  const folds = times(7, () => foldAndRead(candles, detectorNames));
  const perProcessorSecond = rounded(candles.length / Math.min(...folds.map(({ processorSeconds }) => processorSeconds)));
  return summarise(
    folds.map(({ seconds }) => candles.length / seconds),
    "more",
    folds[0]!.hash,
    { includes: `${folded}, and at every candle ${onDemand}`, leavesOut: unread, source, candles: candles.length, perProcessorSecond },
  );
}

/**
 * The engine alone on one core. All but `engine.read` leave out what the engine works out only when it is read: merging and scores of zones,
 * POC and value area. `engine.read` has these at every candle and is the figure to compare with engines that compute all of it at each close.
 */
export const engineBenchmarks: readonly Benchmark[] = [
  { name: "engine.cold.candlesPerSecond", unit: "candles/s", run: cold },
  {
    name: "engine.candlesPerSecond",
    unit: "candles/s",
    run: () => warm(detectorNames, 9, () => ({ includes: folded, leavesOut: onDemand })),
  },
  { name: "engine.read.candlesPerSecond", unit: "candles/s", run: withReads },
  { name: "engine.light.candlesPerSecond", unit: "candles/s", run: () => warm(lightNeeds, 9, () => ({ needs: lightNeeds })) },
  { name: "engine.scaling", unit: "time per candle at 1,000,000 candles / at 10,000", run: scaling },
  { name: "engine.shares", unit: "ns/candle", run: shares },
  { name: "engine.ratioToLibrary", unit: "all detectors / seven indicators of technicalindicators", run: againstLibrary },
  { name: "engine.bytesPerSymbol", unit: "bytes", run: bytesPerSymbol },
  { name: "engine.cycle65Ms", unit: "ms", run: cycleOfShard },
  { name: "engine.snapshot.save65Ms", unit: "ms", run: saveShard },
  { name: "engine.snapshot.restore65Ms", unit: "ms", run: restoreShard },
  { name: "engine.bootstrap650Ms", unit: "ms", run: bootstrap },
];
