import { createHash } from "node:crypto";
import { createEngine, type SymbolView } from "@winiswin/analysis";
import { withDefaultParameters } from "@winiswin/application/analysis/configured-strategy";
import { evaluateSymbol } from "@winiswin/application/analysis/evaluate-symbol";
import type { Candle } from "@winiswin/domain/candle";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { closeTimeOf } from "@winiswin/domain/timeframe";
import { type OutsideFacts, type Strategy, scoringNeeds, strategies } from "@winiswin/strategies";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { benchmarkCandles } from "./engine/candles.ts";
import { rounded, summarise, times } from "./engine/runs.ts";
import { once } from "./once.ts";

/** Views that are judged: one of so many candles, spread over the history, so that all regimes are among them. */
const candlesApart = 250;
const repetitions = 60;
const runs = 5;

const configured = withDefaultParameters(strategies);
const needs = [...new Set([...strategies.flatMap((strategy) => strategy.needs), ...scoringNeeds])];

/** News of every symbol, so that the strategy that reads them has something to judge. */
const newsOf = ({ symbol, bar }: SymbolView): OutsideFacts => ({
  news: { symbol, sentiment: bar % 2 === 0 ? 0.7 : -0.7, headlines: 3, reason: "measured" },
});

interface Judged {
  readonly nanoseconds: Map<string, number>;
  readonly views: number;
  readonly signals: number;
  readonly hash: string;
}

/** Every strategy on each chosen view, again and again; only the evaluations are timed. */
function judge(candles: readonly Candle[]): Judged {
  const engine = createEngine("BTCUSDT", needs);
  const nanoseconds = new Map<string, number>();
  const hash = createHash("sha256");
  let views = 0;
  let signals = 0;
  for (const [index, candle] of candles.entries()) {
    engine.update(candle);
    if (index % candlesApart !== 0 || !engine.isWarm()) continue;
    views++;
    for (const { strategy, parameters } of configured) {
      const outside = newsOf(engine.view);
      const startedNs = process.hrtime.bigint();
      const signal = repeatedly(strategy, engine.view, parameters, outside);
      nanoseconds.set(strategy.name, (nanoseconds.get(strategy.name) ?? 0) + Number(process.hrtime.bigint() - startedNs));
      if (signal !== undefined) signals++;
      hash.update(JSON.stringify([strategy.name, signal ?? null]));
    }
  }
  return { nanoseconds, views, signals, hash: hash.digest("hex") };
}

function repeatedly(strategy: Strategy, view: SymbolView, parameters: unknown, outside: OutsideFacts) {
  let signal = strategy.evaluate(view, parameters, outside);
  for (let repetition = 1; repetition < repetitions; repetition++) signal = strategy.evaluate(view, parameters, outside);
  return signal;
}

const measured = once(async (): Promise<Measurement> => {
  const { source, candles } = benchmarkCandles();
  judge(candles);
  const judged = times(runs, () => judge(candles));
  const totalOf = ({ nanoseconds }: Judged) => [...nanoseconds.values()].reduce((sum, one) => sum + one, 0);
  const evaluations = (judged[0]?.views ?? 0) * strategies.length * repetitions;
  const rates = judged.map((one) => evaluations / (totalOf(one) / 1e9));
  const [best] = judged.toSorted((first, second) => totalOf(first) - totalOf(second));
  const perStrategy = [...(best?.nanoseconds ?? [])]
    .map(([name, total]): [string, number] => [name, Math.round(total / ((best?.views ?? 1) * repetitions))])
    .sort((first, second) => second[1] - first[1]);
  return summarise(rates, "more", judged[0]?.hash ?? "", {
    source,
    views: judged[0]?.views,
    signals: judged[0]?.signals,
    allStrategiesOnOneViewMicroseconds: rounded(perStrategy.reduce((sum, [, nanoseconds]) => sum + nanoseconds, 0) / 1000),
    nanosecondsPerEvaluation: Object.fromEntries(perStrategy),
  });
});

/** What a shard does with a symbol at each close: fold the candle, ask everybody, make the signals. */
async function wholeCandle(): Promise<Measurement> {
  const { source, candles } = benchmarkCandles();
  const some = candles.slice(0, 30_000);
  const run = () => {
    const engine = createEngine("BTCUSDT", needs);
    const hash = createHash("sha256");
    const started = process.hrtime.bigint();
    let signals = 0;
    for (const candle of some) {
      engine.update(candle);
      if (!engine.isWarm()) continue;
      const found = evaluateSymbol(cycleIdOf(closeTimeOf("15m", candle.openTimeMs)), engine, configured, newsOf(engine.view));
      signals += found.length;
      for (const signal of found) hash.update(`${signal.signalId} ${signal.score}`);
    }
    return { seconds: Number(process.hrtime.bigint() - started) / 1e9, signals, hash: hash.digest("hex") };
  };
  run();
  const results = times(runs, run);
  const rates = results.map(({ seconds }) => some.length / seconds);
  return summarise(rates, "more", results[0]?.hash ?? "", { source, candles: some.length, signals: results[0]?.signals });
}

export const strategyBenchmarks: readonly Benchmark[] = [
  { name: "strategies.evaluationsPerSecond", unit: "evaluations/s", run: measured },
  { name: "strategies.candlesPerSecond", unit: "candles/s", run: wholeCandle },
];
