import type { Decision } from "@winiswin/application/ports/cycle-store";

/** A long of ICT/SMC on BTCUSDT that was entered as the best of its cycle, its score untouched. */
export const aDecision = (over: Partial<Decision> = {}): Decision => {
  const symbol = over.symbol ?? "BTCUSDT";
  const strategy = over.strategy ?? "ict-smc";
  const score = over.score ?? 8;
  return {
    signalId: `${strategy}#${symbol}`,
    symbol,
    strategy,
    direction: "long",
    baseScore: score,
    score,
    modifiers: [],
    rank: 1,
    decision: "entered",
    reasons: [],
    ...over,
  };
};
