import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { actionPrice } from "./action-price/action-price.ts";
import { enhanced } from "./baselines/enhanced.ts";
import { rsi } from "./baselines/rsi.ts";
import { simpleProfitable } from "./baselines/simple-profitable.ts";
import { volatileCoins } from "./baselines/volatile-coins.ts";
import { averagePullback } from "./core/average-pullback.ts";
import { breakAndRetest } from "./core/break-and-retest.ts";
import { liquiditySweep } from "./core/liquidity-sweep.ts";
import { orderFlow } from "./core/order-flow.ts";
import { rangeMomentum } from "./core/range-momentum.ts";
import { volumeProfile } from "./core/volume-profile.ts";
import { ictSmc } from "./ict-smc/ict-smc.ts";
import { newsSentiment } from "./news/news-sentiment.ts";
import type { Strategy } from "./strategy.ts";

/** What a strategy lives on: with a trend, back from an extreme, or out of a level. */
export type StrategyStyle = "trend" | "reversal" | "breakout";

export interface RegisteredStrategy {
  readonly strategy: Strategy;
  /** Whether it trades when nothing was chosen. */
  readonly isEnabledByDefault: boolean;
  readonly style: StrategyStyle;
  /** What it looks at; strategies of one family agree because they see the same, so that is no second opinion. */
  readonly family: string;
}

/** Every strategy that a bot can name; one's own is one file and one line here. */
export const registry: readonly RegisteredStrategy[] = [
  { strategy: ictSmc, isEnabledByDefault: true, style: "trend", family: "structure" },
  { strategy: liquiditySweep, isEnabledByDefault: false, style: "reversal", family: "structure" },
  { strategy: breakAndRetest, isEnabledByDefault: false, style: "breakout", family: "structure" },
  { strategy: orderFlow, isEnabledByDefault: false, style: "trend", family: "flow" },
  { strategy: averagePullback, isEnabledByDefault: false, style: "trend", family: "averages" },
  { strategy: volumeProfile, isEnabledByDefault: false, style: "reversal", family: "profile" },
  { strategy: rangeMomentum, isEnabledByDefault: false, style: "breakout", family: "volatility" },
  { strategy: actionPrice, isEnabledByDefault: false, style: "reversal", family: "zones" },
  { strategy: rsi, isEnabledByDefault: false, style: "reversal", family: "oscillators" },
  { strategy: volatileCoins, isEnabledByDefault: false, style: "reversal", family: "oscillators" },
  { strategy: simpleProfitable, isEnabledByDefault: false, style: "trend", family: "oscillators" },
  { strategy: enhanced, isEnabledByDefault: false, style: "trend", family: "oscillators" },
  { strategy: newsSentiment, isEnabledByDefault: false, style: "trend", family: "news" },
];

export const strategies: readonly Strategy[] = registry.map(({ strategy }) => strategy);

export const strategiesEnabledByDefault: readonly Strategy[] = registry
  .filter(({ isEnabledByDefault }) => isEnabledByDefault)
  .map(({ strategy }) => strategy);

export const registeredStrategy = (name: string): RegisteredStrategy | undefined => registry.find(({ strategy }) => strategy.name === name);

export const strategyNamed = (name: string): Strategy | undefined => registeredStrategy(name)?.strategy;

/** The strategies with these names, each once; one sentence names what is not known. */
export function strategiesNamed(names: readonly string[]): Result<readonly Strategy[], string> {
  const unknown = names.filter((name) => strategyNamed(name) === undefined);
  if (unknown.length > 0) {
    const known = strategies.map(({ name }) => name).join(", ");
    return failed(`no strategy is named ${unknown.join(", ")}; the names are ${known}`);
  }
  return succeeded([...new Set(names)].map((name) => strategyNamed(name)!));
}
