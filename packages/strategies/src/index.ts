export { ictSmc } from "./ict-smc/ict-smc.ts";
export { type IctSmcParameters, ictSmcParameters } from "./ict-smc/parameters.ts";
export { protectiveStop, type StopRule } from "./protective-stop.ts";
export { closedGate, type RegimeGate } from "./regime-gate.ts";
export {
  type RegisteredStrategy,
  registeredStrategy,
  registry,
  type StrategyStyle,
  strategies,
  strategiesEnabledByDefault,
  strategiesNamed,
  strategyNamed,
} from "./registry.ts";
export { type ScoredRules, type Setup, scoredStrategy } from "./scored-strategy.ts";
export * from "./scoring/index.ts";
export type { DirectionOpinion, OutsideFacts, SignalComponent, Strategy, StrategyOpinion, StrategySignal } from "./strategy.ts";
export type { UnmetCondition } from "./unmet-condition.ts";
