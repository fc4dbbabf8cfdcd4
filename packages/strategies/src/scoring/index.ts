export { type BtcFacts, btcFacts, type FreshDivergences, type ScoringFacts, type SymbolFacts, scoringNeeds, viewFacts } from "./facts.ts";
export type { ScoreModifier, ScoreRefusal } from "./modifier.ts";
export { type DescribeStrategy, type ScoredSignal, scoreSignals } from "./score-signals.ts";
