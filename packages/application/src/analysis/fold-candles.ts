import type { Engine } from "@winiswin/analysis";
import type { EngineFactory } from "./engine-factory.ts";
import type { FetchedCandles } from "./fetch-candles.ts";

export interface FoldedShard {
  /** Engines that are warm and have seen the candle of this cycle. */
  readonly ready: readonly Engine[];
  readonly warming: number;
  /** Symbols whose candle of this cycle was not there yet. */
  readonly stale: number;
  readonly refusals: readonly { readonly symbol: string; readonly reason: string }[];
}

/** Folds the fetched candles into the engines, adding to the map those that start now. */
export function foldCandles(
  fetched: FetchedCandles,
  engines: Map<string, Engine>,
  closeTimeMs: number,
  factory: EngineFactory,
): FoldedShard {
  const refusals: { symbol: string; reason: string }[] = [];
  const touched: Engine[] = [];
  for (const [symbol, history] of fetched.histories) {
    const engine = factory.create(symbol);
    engine.bootstrap(history);
    engines.set(symbol, engine);
    touched.push(engine);
  }
  for (const [symbol, tail] of fetched.tails) {
    const engine = engines.get(symbol);
    if (engine === undefined) continue;
    for (const candle of tail) {
      const outcome = engine.update(candle);
      if (!outcome.accepted) refusals.push({ symbol, reason: outcome.reason });
    }
    touched.push(engine);
  }
  const current = touched.filter((engine) => engine.lastCloseTimeMs() === closeTimeMs);
  const ready = current.filter((engine) => engine.isWarm()).sort((first, second) => (first.symbol < second.symbol ? -1 : 1));
  return { ready, warming: current.length - ready.length, stale: touched.length - current.length, refusals };
}
