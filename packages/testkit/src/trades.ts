import { type CycleId, cycleIdOf } from "@winiswin/domain/cycle";
import { price, quantity, usdt } from "@winiswin/domain/decimal";
import { positionIdOf } from "@winiswin/domain/position";
import type { Trade } from "@winiswin/domain/trade";

/** Long 0.02 BTC from 50,000 to 51,000: +20 gross, 1.01 in fees, 10 at risk. */
export function aTrade(over: Partial<Trade> = {}): Trade {
  const cycleId: CycleId = over.cycleId ?? cycleIdOf(Date.UTC(2026, 10, 21, 10, 15));
  const symbol = over.symbol ?? "BTCUSDT";
  const openedAtMs = Date.parse(cycleId) + 5000;
  return {
    bot: "main",
    positionId: positionIdOf(cycleId, symbol),
    cycleId,
    symbol,
    strategy: "ict-smc",
    direction: "long",
    quantity: quantity("0.02"),
    entryPrice: price("50000"),
    exitPrice: price("51000"),
    openedAtMs,
    closedAtMs: openedAtMs + 3_600_000,
    exitReason: "takeProfit",
    exits: undefined,
    mfeR: undefined,
    maeR: undefined,
    grossProfit: usdt("20"),
    funding: usdt("0"),
    fees: usdt("1.01"),
    netProfit: usdt("18.99"),
    initialRisk: usdt("10"),
    rMultiple: 1.899,
    ...over,
  };
}
