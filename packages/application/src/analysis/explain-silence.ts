import type { Engine } from "@winiswin/analysis";
import type { CycleId } from "@winiswin/domain/cycle";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { shardOf } from "@winiswin/domain/universe";
import type { StrategyOpinion } from "@winiswin/strategies";
import type { EngineStore } from "../ports/engine-store.ts";
import type { CycleNews } from "../ports/news-provider.ts";
import type { EngineFactory } from "./engine-factory.ts";
import { newsOf } from "./read-news.ts";

/** How many shards a run may have had: powers of two unless somebody chose, and the choice is not stored. */
const likelyShardCounts = [1, 2, 4, 8, 16, 32, 64];

export interface SilenceSources {
  readonly engineStore: EngineStore;
  readonly engines: EngineFactory;
  readonly shardCount: number;
  /** What the cycle was judged with. */
  readonly news?: CycleNews | undefined;
}

/**
 * Asks every enabled strategy again what it thought of the symbol, from the engine as it was saved after the cycle.
 *
 * Only the newest state of an engine is kept, so this answers for the latest cycle; the failure says in one sentence why it cannot.
 */
export async function explainSilence(
  cycleId: CycleId,
  symbol: string,
  { engineStore, engines, shardCount, news }: SilenceSources,
): Promise<Result<readonly StrategyOpinion[], string>> {
  let reason = `no state of ${symbol} is stored: it is not analysed, or its shard has not been saved yet`;
  for (const shards of new Set([shardCount, ...likelyShardCounts])) {
    const snapshot = await engineStore.load(shardOf(symbol, shards), shards);
    if (snapshot === undefined) continue;
    if (snapshot.cycleId !== cycleId) {
      reason = `the engine of ${symbol} stands at ${snapshot.cycleId} and its former states are not kept`;
      continue;
    }
    const engine = engineIn(engines.restore(snapshot.bytes), symbol);
    if (engine.ok)
      return succeeded(
        engines.strategies.map(({ strategy, parameters }) =>
          strategy.explain(engine.value.view, parameters, { news: newsOf(news, symbol) }),
        ),
      );
    reason = engine.failure;
  }
  return failed(reason);
}

function engineIn(restored: Result<Map<string, Engine>, string>, symbol: string): Result<Engine, string> {
  if (!restored.ok) return failed(`its engine was saved by other settings or another version (${restored.failure})`);
  const engine = restored.value.get(symbol);
  return engine === undefined
    ? failed(`${symbol} is not among the analysed symbols of its shard, or it is still warming`)
    : succeeded(engine);
}
