import type { Strategy } from "@winiswin/strategies";

/** A strategy with the parameters it is asked with, parsed once by its own schema. */
export interface ConfiguredStrategy {
  readonly strategy: Strategy;
  readonly parameters: unknown;
}

export const withDefaultParameters = (strategies: readonly Strategy[]): readonly ConfiguredStrategy[] =>
  strategies.map((strategy) => ({ strategy, parameters: strategy.parameters.parse({}) }));
