import { type CycleId, closeTimeOfCycle, cycleDueAt } from "@winiswin/domain/cycle";
import { type Instrument, isTradable } from "@winiswin/domain/instrument";
import { chooseUniverse, needsVolumes, shardOf } from "@winiswin/domain/universe";
import type { Configuration } from "../configuration.ts";
import type { Clock } from "../ports/clock.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { InstrumentStore } from "../ports/engine-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { AnalysisQueue, AnalyzeShard } from "../ports/messages.ts";
import { type NewsDependencies, readNews } from "./read-news.ts";

export interface DispatchDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly marketData: MarketData;
  readonly cycles: CycleStore;
  readonly instruments: InstrumentStore;
  readonly analysisQueue: AnalysisQueue;
  readonly configuration: Configuration;
  /** Asked when an enabled strategy reads the news. */
  readonly news?: NewsDependencies;
}

/** The exchange needs a moment after the close until the last candle is final. */
export const settleMs = 2_000;

/** What the others are measured by: analysed in every cycle, asked for signals only where it is part of the universe. */
export const referenceSymbol = "BTCUSDT";

/** Shards that have not reported by then no longer hold back the others. */
export const deadlineMs = 60_000;

/**
 * Creates the cycle of the next close after the schedule's due time once and queues its work: one message per shard for close + 2 s and one for the deadline.
 *
 * The due time comes from the schedule, not from the clock: a retry that runs after the close still means the same cycle.
 * Safe to repeat: the messages of a cycle that exists are sent again, because a crash may have come between; shards that have reported
 * ignore them.
 */
export async function dispatchCycle(
  dueTimeMs: number,
  dependencies: DispatchDependencies,
): Promise<{ cycleId: CycleId; symbols: number; shards: number }> {
  const { clock, cycles, analysisQueue, configuration, logger } = dependencies;
  const cycleId = cycleDueAt(dueTimeMs);
  const closeTimeMs = closeTimeOfCycle(cycleId);
  const { universe, references, listed } = await currentUniverse(dependencies);
  if (universe.length === 0) {
    logger.error("no cycle: there is no symbol to analyze", { cycleId, symbolMode: configuration.symbolMode });
    return { cycleId, symbols: 0, shards: 0 };
  }
  const messages = shardMessages(cycleId, universe, references, configuration.shardCount);
  await cycles.create({ cycleId, closeTimeMs, shardCount: messages.length, symbols: universe.length, dispatchedAtMs: clock.nowMs() });
  // Before the shards are told, so that all of them judge by the same news.
  await recordNews(cycleId, universe, listed, dependencies);
  await analysisQueue.sendAll([
    ...messages.map((message) => ({ message, notBeforeMs: closeTimeMs + settleMs })),
    { message: { kind: "cycleDeadline" as const, cycleId }, notBeforeMs: closeTimeMs + deadlineMs },
  ]);
  logger.info("cycle dispatched", { cycleId, symbols: universe.length, shards: messages.length });
  return { cycleId, symbols: universe.length, shards: messages.length };
}

interface Universe {
  readonly universe: readonly string[];
  /** Analysed beside it. */
  readonly references: readonly string[];
  readonly listed: readonly Instrument[];
}

async function currentUniverse({ marketData, instruments, configuration, logger }: DispatchDependencies): Promise<Universe> {
  const listed = await marketData.instruments();
  await instruments.save(listed);
  const choice = {
    mode: configuration.symbolMode,
    maximumSymbols: configuration.maximumSymbols,
    staticSymbols: configuration.staticSymbols,
  };
  const unknown =
    configuration.symbolMode === "static"
      ? choice.staticSymbols.filter((symbol) => !listed.some((instrument) => instrument.symbol === symbol))
      : [];
  if (unknown.length > 0) logger.warn("static symbols that the exchange does not list", { symbols: unknown.join(", ") });
  const volumes = needsVolumes(listed, choice) ? await marketData.dayVolumes() : [];
  const universe = chooseUniverse(listed, choice, new Map(volumes.map((volume) => [volume.symbol, volume.quoteVolume])));
  const isListed = listed.some((instrument) => instrument.symbol === referenceSymbol && isTradable(instrument));
  return { universe, references: isListed && !universe.includes(referenceSymbol) ? [referenceSymbol] : [], listed };
}

async function recordNews(
  cycleId: CycleId,
  universe: readonly string[],
  listed: readonly Instrument[],
  { cycles, news, configuration, clock, logger }: DispatchDependencies,
): Promise<void> {
  if (news === undefined || !configuration.strategies.some(({ strategy }) => strategy.readsNews === true)) return;
  if ((await cycles.find(cycleId))?.news !== undefined) return;
  const analyzed = new Set(universe);
  const subjects = listed.filter(({ symbol }) => analyzed.has(symbol)).map(({ symbol, baseAsset }) => ({ symbol, baseAsset }));
  await cycles.recordNews(cycleId, await readNews(closeTimeOfCycle(cycleId), subjects, news, { clock, logger }));
}

function shardMessages(
  cycleId: CycleId,
  universe: readonly string[],
  references: readonly string[],
  shardCount: number,
): readonly AnalyzeShard[] {
  const ofShard = (symbols: readonly string[], shard: number) => symbols.filter((symbol) => shardOf(symbol, shardCount) === shard);
  const shards = new Set([...universe, ...references].map((symbol) => shardOf(symbol, shardCount)));
  return [...shards]
    .sort((first, second) => first - second)
    .map((shard): AnalyzeShard => {
      const beside = ofShard(references, shard);
      return {
        kind: "analyzeShard",
        cycleId,
        shard,
        shardCount,
        symbols: ofShard(universe, shard),
        ...(beside.length === 0 ? {} : { references: beside }),
      };
    });
}
