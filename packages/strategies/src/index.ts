export { ictSmc } from "./ict-smc/ict-smc.ts";
export { type IctSmcParameters, ictSmcParameters } from "./ict-smc/parameters.ts";
export { protectiveStop, type StopRule } from "./protective-stop.ts";
export { strategies, strategyNamed } from "./registry.ts";
export type { DirectionOpinion, SignalComponent, Strategy, StrategyOpinion, StrategySignal, UnmetCondition } from "./strategy.ts";
