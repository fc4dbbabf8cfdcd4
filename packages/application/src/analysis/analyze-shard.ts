import type { Engine, SymbolView } from "@winiswin/analysis";
import { closeTimeOfCycle } from "@winiswin/domain/cycle";
import type { Signal } from "@winiswin/domain/signal";
import { btcFacts } from "@winiswin/strategies";
import { type LearningDependencies, learnFromShard } from "../learning/learn-from-shard.ts";
import type { ShardReport } from "../ports/cycle-store.ts";
import type { EngineStore } from "../ports/engine-store.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { AnalyzeShard } from "../ports/messages.ts";
import type { CycleNews } from "../ports/news-provider.ts";
import { type CompletionDependencies, completeCycleIfDone } from "./complete-cycle.ts";
import { referenceSymbol, settleMs } from "./dispatch-cycle.ts";
import type { EngineFactory } from "./engine-factory.ts";
import { evaluateSymbol } from "./evaluate-symbol.ts";
import { fetchCandles } from "./fetch-candles.ts";
import { foldCandles } from "./fold-candles.ts";
import { type HeldDependencies, heldViews } from "./held-views.ts";
import { newsOf } from "./read-news.ts";

export interface AnalyzeDependencies extends CompletionDependencies {
  readonly marketData: MarketData;
  readonly engineStore: EngineStore;
  readonly engines: EngineFactory;
  /** Given where positions can be open; each cycle then looks after them. */
  readonly held?: HeldDependencies;
  /** Given while the dataset is switched on; the engines must then show what the features need. */
  readonly learning?: LearningDependencies;
  /** Monotonic real milliseconds, for measuring work and nothing else: a stepped clock stands still meanwhile. */
  readonly stopwatchMs: () => number;
}

/**
 * One shard in one cycle: restore the engines, fetch what they have not seen, fold, evaluate, write the signals, save the engines, report.
 *
 * The effects come in that order, and each repeats itself exactly: whoever receives the message again after a crash between two of them
 * writes the same bytes once more. A symbol that cannot be fetched fails alone; it heals in the next cycle, because the tail then covers
 * the gap.
 */
export async function analyzeShard(message: AnalyzeShard, dependencies: AnalyzeDependencies): Promise<void> {
  const { clock, cycles, logger } = dependencies;
  const { cycleId, shard } = message;
  await clock.sleepUntil(closeTimeOfCycle(cycleId) + settleMs);
  const cycle = await cycles.find(cycleId);
  if (cycle === undefined) throw new Error(`shard ${shard} was asked to analyze ${cycleId}, which was never created`);
  if (cycle.shards.some((report) => report.shard === shard)) return completeCycleIfDone(cycle, dependencies);
  const report = await analyze(message, cycle.news, dependencies);
  const reported = await cycles.reportShard(cycleId, report);
  const figures = Object.entries(report).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  logger.info("shard analyzed", { cycleId, ...Object.fromEntries(figures) });
  await completeCycleIfDone(reported, dependencies);
}

async function analyze(message: AnalyzeShard, news: CycleNews | undefined, dependencies: AnalyzeDependencies): Promise<ShardReport> {
  const { clock, stopwatchMs, signals, engineStore, logger } = dependencies;
  const { cycleId, shard, shardCount, references = [] } = message;
  const symbols = [...message.symbols, ...references];
  const closeTimeMs = closeTimeOfCycle(cycleId);
  const startedMs = stopwatchMs();
  const { engines, isOutdated } = await restoreShard(message, dependencies);

  const fetched = await fetchCandles({
    symbols,
    engines,
    closeTimeMs,
    shardCount,
    clock,
    marketData: dependencies.marketData,
    factory: dependencies.engines,
  });
  for (const failure of fetched.failures) logger.warn("symbol failed", { cycleId, symbol: failure.symbol, reason: failure.reason });
  const fetchedMs = stopwatchMs();

  const folded = foldCandles(fetched, engines, closeTimeMs, dependencies.engines);
  for (const refusal of folded.refusals) logger.warn("candle refused", { cycleId, symbol: refusal.symbol, reason: refusal.reason });
  const foldedMs = stopwatchMs();

  const ready = folded.ready.filter((engine) => !references.includes(engine.symbol));
  const found = ready.flatMap((engine): readonly Signal[] =>
    evaluateSymbol(cycleId, engine, dependencies.engines.strategies, { news: newsOf(news, engine.symbol) }),
  );
  const reference = folded.ready.find((engine) => engine.symbol === referenceSymbol);
  const evaluatedMs = stopwatchMs();

  const held = dependencies.held === undefined ? [] : await heldViews(ready, dependencies.engines.strategies, dependencies.held);

  // After the deadline the cycle's hash is fixed: what comes late keeps its engines but no longer speaks. Asked as late as possible; what
  // slips in between is met by the executor, which trades only what the hash says.
  const signalsStillCount = (await dependencies.cycles.find(cycleId))?.status === "dispatched";
  if (signalsStillCount) await signals.putAll(found);
  if (dependencies.learning !== undefined) {
    const held = [...engines.values()].filter((engine) => symbols.includes(engine.symbol));
    const learned = await learnFromShard(held, signalsStillCount ? found : [], dependencies.engines.strategies, dependencies.learning);
    logger.info("rows recorded", { cycleId, shard, ...learned });
  }
  const bytes = dependencies.engines.save([...engines.values()].filter((engine) => symbols.includes(engine.symbol)));
  // An old cycle that comes again must not put back the engines of a newer one.
  if (!isOutdated) await engineStore.save(shard, shardCount, { cycleId, bytes });
  return {
    shard,
    symbols: message.symbols.length,
    analyzed: ready.length,
    warming: folded.warming + fetched.postponed.length,
    failed: fetched.failures.length + folded.stale,
    signals: signalsStillCount ? found.length : 0,
    fetchMs: fetchedMs - startedMs,
    foldMs: foldedMs - fetchedMs,
    evaluateMs: evaluatedMs - foldedMs,
    writeMs: stopwatchMs() - evaluatedMs,
    ...(held.length === 0 ? {} : { held }),
    ...(reference === undefined || !shows(reference.view) ? {} : { btc: btcFacts(reference.view) }),
  };
}

/** A light engine of somebody who wants no scoring has no opinion on BTC either. */
const shows = ({ detectors }: SymbolView): boolean => detectors.includes("atr") && detectors.includes("trend1h");

interface RestoredShard {
  readonly engines: Map<string, Engine>;
  /** A newer cycle has been analyzed already. */
  readonly isOutdated: boolean;
}

async function restoreShard(
  { cycleId, shard, shardCount }: AnalyzeShard,
  { engineStore, engines, logger }: AnalyzeDependencies,
): Promise<RestoredShard> {
  const snapshot = await engineStore.load(shard, shardCount);
  if (snapshot === undefined) return { engines: new Map(), isOutdated: false };
  // A snapshot from the future of this cycle would look ahead; only a late redelivery sees one.
  if (closeTimeOfCycle(snapshot.cycleId) > closeTimeOfCycle(cycleId)) {
    logger.warn("snapshot is newer than the cycle; starting from candles", { cycleId, shard, snapshotCycleId: snapshot.cycleId });
    return { engines: new Map(), isOutdated: true };
  }
  const restored = engines.restore(snapshot.bytes);
  if (restored.ok) return { engines: restored.value, isOutdated: false };
  logger.warn("snapshot refused; starting from candles", { cycleId, shard, reason: restored.failure });
  return { engines: new Map(), isOutdated: false };
}
