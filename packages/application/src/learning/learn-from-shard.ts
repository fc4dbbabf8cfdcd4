import type { Engine } from "@winiswin/analysis";
import { featureSchemaVersion, featuresOf } from "@winiswin/dataset/features";
import { followOnView } from "@winiswin/dataset/follow-on-view";
import type { VirtualCosts } from "@winiswin/dataset/virtual-position";
import { toNumber } from "@winiswin/domain/decimal";
import type { Signal } from "@winiswin/domain/signal";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { FeatureRow, FeatureStore } from "../ports/feature-store.ts";
import type { MarketData } from "../ports/market-data.ts";

export interface LearningDependencies {
  readonly features: FeatureStore;
  readonly marketData: Pick<MarketData, "bookTop">;
}

export interface LearnedShard {
  /** New rows, and how many of them were refused for a missing value. */
  readonly recorded: number;
  readonly refused: number;
  /** Names of what was missing, each once. */
  readonly missing: string;
  readonly labelled: number;
}

/** The regular taker fee and the slippage that the sizing of an entry assumes. */
const costs: VirtualCosts = { takerFeeRate: 0.0005, slippageRate: 0.0005 };
const parallelSymbols = 16;

/**
 * Writes the rows of a shard's new signals and joins the ends of earlier ones, as far as their candles are folded.
 *
 * A row is a single conditional write that is awaited before the shard reports its cycle. So nothing waits in memory to be flushed: what 25
 * rows or 5 minutes bound elsewhere is bounded here by the cycle itself, and a crash loses no row, because the undone shard is delivered
 * again and repeats every write. Each may happen twice and counts once: the first row and the first end of a signal stay.
 */
export async function learnFromShard(
  engines: readonly Engine[],
  signals: readonly Signal[],
  dependencies: LearningDependencies,
): Promise<LearnedShard> {
  const rows: FeatureRow[] = [];
  let labelled = 0;
  for (let start = 0; start < engines.length; start += parallelSymbols) {
    await Promise.all(
      engines.slice(start, start + parallelSymbols).map(async (engine) => {
        const own = signals.filter((signal) => signal.symbol === engine.symbol);
        if (own.length > 0) rows.push(...(await recordRows(engine, own, dependencies)));
        labelled += await labelEnded(engine, dependencies.features);
      }),
    );
  }
  const refused = rows.filter(({ features }) => features === undefined);
  const missing = [...new Set(refused.flatMap((row) => row.missing))].sort().join(", ");
  return { recorded: rows.length, refused: refused.length, missing, labelled };
}

/** The rows that were not there yet. */
async function recordRows(
  { view }: Engine,
  signals: readonly Signal[],
  { features, marketData }: LearningDependencies,
): Promise<readonly FeatureRow[]> {
  const { symbol } = view;
  const facts = { spreadPercent: await spreadPercentOf(symbol, marketData) };
  const recorded: FeatureRow[] = [];
  for (const signal of signals) {
    const { cycleId, strategy, direction, stopPrice, targetPrice } = signal;
    const found = featuresOf(view, signal, facts);
    const row: FeatureRow = {
      symbol,
      cycleId,
      strategy,
      schemaVersion: featureSchemaVersion,
      direction,
      regime: view.regime.name,
      features: found.ok ? found.value : undefined,
      missing: found.ok ? [] : found.failure,
      outcome: undefined,
    };
    if (await features.record(row)) recorded.push(row);
    await features.follow({ symbol, strategy, cycleId, direction, stopPrice, targetPrice });
  }
  return recorded;
}

async function labelEnded({ symbol, view }: Engine, features: FeatureStore): Promise<number> {
  let labelled = 0;
  for (const position of await features.followed(symbol)) {
    const outcome = followOnView(position, view, costs);
    if (outcome === undefined) continue;
    if (await features.label(position, outcome)) labelled++;
    // Only now: a crash between the two finds the position still followed, and the second end changes nothing.
    await features.unfollow(position);
  }
  return labelled;
}

/** Unknown when the exchange does not answer: then the row is refused, and trading goes on. */
async function spreadPercentOf(symbol: string, marketData: Pick<MarketData, "bookTop">): Promise<number | undefined> {
  try {
    const { bidPrice, askPrice } = await marketData.bookTop(symbol);
    const [bid, ask] = [toNumber(bidPrice), toNumber(askPrice)];
    return (200 * (ask - bid)) / (ask + bid);
  } catch (error) {
    if (error instanceof ExchangeError) return undefined;
    throw error;
  }
}
