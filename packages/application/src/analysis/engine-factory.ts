import { createEngine, type DetectorName, type Engine, restoreEngines, saveEngines } from "@winiswin/analysis";
import type { Result } from "@winiswin/domain/result";
import type { ConfiguredStrategy } from "./configured-strategy.ts";

/** The engines that the enabled strategies need: one set of detectors for all symbols. */
export interface EngineFactory {
  readonly strategies: readonly ConfiguredStrategy[];
  create(symbol: string): Engine;
  restore(bytes: Uint8Array): Result<Map<string, Engine>, string>;
  save(engines: readonly Engine[]): Uint8Array;
}

/** `alsoNeeded`: what somebody beside the strategies reads from the views. */
export function engineFactory(strategies: readonly ConfiguredStrategy[], alsoNeeded: readonly DetectorName[] = []): EngineFactory {
  const read = strategies.flatMap(({ strategy, parameters }): readonly DetectorName[] => [
    ...strategy.needs,
    ...(strategy.alsoNeeds?.(parameters) ?? []),
  ]);
  const needs = [...new Set([...read, ...alsoNeeded])].sort();
  return {
    strategies,
    create: (symbol) => createEngine(symbol, needs),
    restore: (bytes) => restoreEngines(needs, bytes),
    save: (engines) => saveEngines(engines),
  };
}
