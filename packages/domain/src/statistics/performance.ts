import { durationMs } from "../timeframe.ts";
import type { Trade } from "../trade.ts";
import { mean } from "./mean.ts";
import { profitFactor } from "./profit-factor.ts";
import { winRatePercent } from "./win-rate.ts";

/** One closed position, real or virtual, in multiples of what was risked. */
export interface ClosedResult {
  readonly strategy: string;
  /** The regime at the signal; undefined when nobody recorded it. */
  readonly regime: string | undefined;
  readonly exitReason: string;
  /** Net of costs. */
  readonly resultR: number;
  /** Maximum favourable (0 or above) and adverse (0 or below) excursion before costs; undefined when nobody watched. */
  readonly mfeR: number | undefined;
  readonly maeR: number | undefined;
  /** Candles of 15m in which it was open, the first and the last included. */
  readonly barsHeld: number;
}

/** Figures over closed positions; a figure that has no meaning yet is undefined, never 0 or Infinity. */
export interface Performance {
  readonly count: number;
  readonly winRatePercent: number | undefined;
  /** In R: every position weighs by its result, not by its size. */
  readonly profitFactor: number | undefined;
  readonly expectancyR: number | undefined;
  /** Means over those positions that were watched. */
  readonly meanMfeR: number | undefined;
  readonly meanMaeR: number | undefined;
  readonly meanBarsHeld: number | undefined;
}

export interface StrategyPerformance {
  readonly strategy: string;
  readonly all: Performance;
  /** Most frequent first; positions without a known regime are in none of them. */
  readonly byRegime: readonly NamedPerformance[];
  readonly byExitReason: readonly NamedPerformance[];
}

export interface NamedPerformance extends Performance {
  readonly name: string;
}

export function performanceOf(results: readonly ClosedResult[]): Performance {
  const multiples = results.map(({ resultR }) => resultR);
  return {
    count: results.length,
    winRatePercent: winRatePercent(multiples),
    profitFactor: profitFactor(multiples),
    expectancyR: mean(multiples),
    meanMfeR: mean(results.flatMap(({ mfeR }) => mfeR ?? [])),
    meanMaeR: mean(results.flatMap(({ maeR }) => maeR ?? [])),
    meanBarsHeld: mean(results.map(({ barsHeld }) => barsHeld)),
  };
}

/** One entry per strategy, most positions first. Real and virtual positions are two questions: never ask for both at once. */
export function performanceByStrategy(results: readonly ClosedResult[]): readonly StrategyPerformance[] {
  return [...Map.groupBy(results, ({ strategy }) => strategy)]
    .map(([strategy, own]) => ({
      strategy,
      all: performanceOf(own),
      byRegime: groups(own, ({ regime }) => regime),
      byExitReason: groups(own, ({ exitReason }) => exitReason),
    }))
    .sort((first, second) => second.all.count - first.all.count || (first.strategy < second.strategy ? -1 : 1));
}

function groups(results: readonly ClosedResult[], nameOf: (result: ClosedResult) => string | undefined): readonly NamedPerformance[] {
  return [...Map.groupBy(results, nameOf)]
    .flatMap(([name, members]) => (name === undefined ? [] : [{ name, ...performanceOf(members) }]))
    .sort((first, second) => second.count - first.count || (first.name < second.name ? -1 : 1));
}

/** Candles of 15m in which a trade was open, the first and the last included. */
export const barsHeldBy = ({ openedAtMs, closedAtMs }: Pick<Trade, "openedAtMs" | "closedAtMs">): number =>
  Math.floor(closedAtMs / durationMs("15m")) - Math.floor(openedAtMs / durationMs("15m")) + 1;
