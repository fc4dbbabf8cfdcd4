import type { Signal } from "@winiswin/domain/signal";
import { type RegisteredStrategy, registeredStrategy } from "../registry.ts";
import { agreement } from "./agreement.ts";
import { bookImbalance } from "./book-imbalance.ts";
import { btcShock, btcTrend } from "./btc-filter.ts";
import type { ScoringFacts } from "./facts.ts";
import { flowDivergence } from "./flow-divergence.ts";
import { funding } from "./funding.ts";
import type { ScoreModifier, ScoreRefusal } from "./modifier.ts";
import { regimeFit } from "./regime-fit.ts";
import { spread } from "./spread.ts";

/** A signal with its final score and everything that changed it. */
export interface ScoredSignal {
  /** With the final score, 0 to 10; its confidence is the strategy's own and stays. */
  readonly signal: Signal;
  /** The strategy's own score. */
  readonly baseScore: number;
  /** One of each kind, also those that had nothing to say. */
  readonly modifiers: readonly ScoreModifier[];
  /** Such a signal must not go on to the ranking. */
  readonly refusal: ScoreRefusal | undefined;
}

/** What scoring must know of a strategy; one that is not described has no style and is a family of its own. */
export type DescribeStrategy = (name: string) => Pick<RegisteredStrategy, "style" | "family"> | undefined;

/** Applies every modifier to the signals of one cycle; order and other signals' scores do not matter. */
export function scoreSignals(
  signals: readonly Signal[],
  facts: ScoringFacts,
  describe: DescribeStrategy = registeredStrategy,
): readonly ScoredSignal[] {
  const refusals = new Map(signals.map((signal) => [signal, btcShock(signal, facts.btc)]));
  const familyOf = (name: string): string => describe(name)?.family ?? name;
  return signals.map((signal) => {
    const { symbol, strategy, direction } = signal;
    const known = facts.bySymbol.get(symbol) ?? {};
    const others = signals.filter((other) => other !== signal && other.symbol === symbol && refusals.get(other) === undefined);
    const modifiers = [
      regimeFit(direction, describe(strategy)?.style, known),
      btcTrend(signal, facts.btc),
      flowDivergence(direction, known),
      funding(direction, known),
      agreement(signal, others, familyOf),
      bookImbalance(strategy, direction, known),
      spread(strategy, known),
    ];
    const sum = modifiers.reduce((total, { points }) => total + points, signal.score);
    const score = Math.round(Math.min(10, Math.max(0, sum)) * 1e6) / 1e6;
    return { signal: { ...signal, score }, baseScore: signal.score, modifiers, refusal: refusals.get(signal) };
  });
}
