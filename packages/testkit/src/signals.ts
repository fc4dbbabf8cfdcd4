import { cycleIdOf } from "@winiswin/domain/cycle";
import type { Signal } from "@winiswin/domain/signal";

/** A long signal on BTCUSDT at 10:15 with its stop 1 % below. */
export const aSignal = (over: Partial<Signal> = {}): Signal => {
  const symbol = over.symbol ?? "BTCUSDT";
  const strategy = over.strategy ?? "ict-smc";
  return {
    signalId: `${strategy}#${symbol}`,
    cycleId: cycleIdOf(Date.UTC(2026, 10, 21, 10, 15)),
    symbol,
    strategy,
    direction: "long",
    score: 8,
    confidence: 0.8,
    entryPrice: 50_000,
    stopPrice: 49_500,
    targetPrice: 51_000,
    atr: 250,
    atrPercent: 0.5,
    medianAtrPercent: 0.5,
    components: [{ name: "trend1h", value: 1, weight: 0.4, reason: "three of three agree" }],
    reasons: ["return into an order block"],
    ...over,
  };
};
