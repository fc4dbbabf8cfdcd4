import type { Engine } from "@winiswin/analysis";
import type { MarketFacts } from "@winiswin/dataset/feature";
import { featureSchemaVersion, featuresOf } from "@winiswin/dataset/features";
import { followOnView } from "@winiswin/dataset/follow-on-view";
import type { VirtualRules } from "@winiswin/dataset/virtual-position";
import { toNumber } from "@winiswin/domain/decimal";
import { secondMultipleIn } from "@winiswin/domain/exit/targets";
import { runsWithTrend, type Signal } from "@winiswin/domain/signal";
import type { ConfiguredStrategy } from "../analysis/configured-strategy.ts";
import { reviewOf } from "../analysis/held-views.ts";
import type { AccountFees } from "../ports/account-fees.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { FeatureRow, FeatureStore } from "../ports/feature-store.ts";
import type { MarketData } from "../ports/market-data.ts";

export interface LearningDependencies {
  readonly features: FeatureStore;
  readonly marketData: Pick<MarketData, "bookTops" | "fundingRates">;
  /** Undefined fee: nobody with a key has asked for the account's yet. */
  readonly fees: Pick<AccountFees, "takerFeeRate">;
  readonly slippageRate: number;
  readonly exits: VirtualRules["exits"];
}

export interface LearnedShard {
  /** New rows, and how many of them were refused for a missing value. */
  readonly recorded: number;
  readonly refused: number;
  /** Names of what was missing, each once. */
  readonly missing: string;
  readonly labelled: number;
}

/** What an account without discount pays. */
const regularTakerFeeRate = 0.0005;
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
  strategies: readonly ConfiguredStrategy[],
  dependencies: LearningDependencies,
): Promise<LearnedShard> {
  const rows: FeatureRow[] = [];
  let labelled = 0;
  const factsOf = signals.length === 0 ? () => unknownFacts : await marketFacts(dependencies.marketData);
  const fee = await dependencies.fees.takerFeeRate();
  const rules: VirtualRules = {
    takerFeeRate: fee === undefined ? regularTakerFeeRate : toNumber(fee),
    slippageRate: dependencies.slippageRate,
    exits: dependencies.exits,
  };
  for (let start = 0; start < engines.length; start += parallelSymbols) {
    await Promise.all(
      engines.slice(start, start + parallelSymbols).map(async (engine) => {
        const own = signals.filter((signal) => signal.symbol === engine.symbol);
        if (own.length > 0) rows.push(...(await recordRows(engine, own, factsOf(engine.symbol), dependencies.features)));
        labelled += await labelEnded(engine, strategies, dependencies.features, rules);
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
  facts: MarketFacts,
  features: FeatureStore,
): Promise<readonly FeatureRow[]> {
  const { symbol } = view;
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
    const secondMultiple = Number(secondMultipleIn(runsWithTrend(signal)));
    await features.follow({ symbol, strategy, cycleId, direction, stopPrice, targetPrice, secondMultiple, atr: signal.atr });
  }
  return recorded;
}

async function labelEnded(
  engine: Engine,
  strategies: readonly ConfiguredStrategy[],
  features: FeatureStore,
  rules: VirtualRules,
): Promise<number> {
  const { symbol, view } = engine;
  let labelled = 0;
  for (const position of await features.followed(symbol)) {
    // An engine that is warming anew after a gap re-validates nothing, for real positions neither.
    const review = engine.isWarm() ? reviewOf(view, position.direction, position.strategy, strategies) : undefined;
    const outcome = followOnView(position, view, rules, review);
    if (outcome === undefined) continue;
    if (await features.label(position, outcome)) {
      labelled++;
      // A crash just here leaves this end out of the sums, never out of the rows.
      if (outcome.outcome === "closed")
        await features.addResult({ strategy: position.strategy, atMs: outcome.exitTimeMs, resultR: outcome.resultR });
    }
    // Only now: a crash between the two finds the position still followed, and the second end changes nothing.
    await features.unfollow(position);
  }
  return labelled;
}

const unknownFacts: MarketFacts = { spreadPercent: undefined, fundingRatePer8Hours: undefined };

/** Both for all symbols in one request each; unknown when the exchange does not answer: then rows are refused, and trading goes on. */
async function marketFacts(marketData: LearningDependencies["marketData"]): Promise<(symbol: string) => MarketFacts> {
  const [tops, rates] = await Promise.all([
    unlessUnanswered(() => marketData.bookTops()),
    unlessUnanswered(() => marketData.fundingRates()),
  ]);
  const spreads = new Map(
    tops.map(({ symbol, bidPrice, askPrice }) => {
      const [bid, ask] = [toNumber(bidPrice), toNumber(askPrice)];
      return [symbol, (200 * (ask - bid)) / (ask + bid)];
    }),
  );
  const funding = new Map(rates.map(({ symbol, ratePer8Hours }) => [symbol, ratePer8Hours]));
  return (symbol) => ({ spreadPercent: spreads.get(symbol), fundingRatePer8Hours: funding.get(symbol) });
}

async function unlessUnanswered<Row>(read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ExchangeError) return [];
    throw error;
  }
}
