import type { Engine } from "@winiswin/analysis";
import type { CycleId } from "@winiswin/domain/cycle";
import { signOf } from "@winiswin/domain/direction";
import { type Signal, signalIdOf } from "@winiswin/domain/signal";
import { type OutsideFacts, viewFacts } from "@winiswin/strategies";
import type { ConfiguredStrategy } from "./configured-strategy.ts";

/** Without a target of the strategy's own: this many times the distance to the stop. */
const defaultTargetMultiple = 2;

/** Asks every strategy for its opinion on one symbol, all from the same view. */
export function evaluateSymbol(
  cycleId: CycleId,
  engine: Engine,
  strategies: readonly ConfiguredStrategy[],
  outside: OutsideFacts = {},
): readonly Signal[] {
  const facts = viewFacts(engine.view);
  return strategies.flatMap(({ strategy, parameters }): readonly Signal[] => {
    const opinion = strategy.evaluate(engine.view, parameters, outside);
    if (opinion === undefined) return [];
    const { direction, entryPrice, stopPrice } = opinion;
    const atrPercent = (100 * opinion.atr) / entryPrice;
    return [
      {
        signalId: signalIdOf(strategy.name, engine.symbol),
        cycleId,
        symbol: engine.symbol,
        strategy: strategy.name,
        direction,
        score: opinion.score,
        confidence: opinion.confidence,
        entryPrice,
        stopPrice,
        targetPrice: opinion.targetPrice ?? entryPrice + signOf(direction) * defaultTargetMultiple * Math.abs(entryPrice - stopPrice),
        ...(opinion.firstTargetPrice === undefined ? {} : { firstTargetPrice: opinion.firstTargetPrice }),
        atr: opinion.atr,
        atrPercent,
        // Without the detector the volatility factor is neutral.
        medianAtrPercent: strategy.needs.includes("atrPercentile") ? engine.view.atrPercentMedian : atrPercent,
        components: opinion.components,
        reasons: opinion.reasons,
        facts,
      },
    ];
  });
}
