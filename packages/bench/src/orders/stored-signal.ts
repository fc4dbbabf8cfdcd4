import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { signalsHashOf } from "@winiswin/domain/signal";
import { aShardReport } from "@winiswin/testkit/cycles";
import { aSignal } from "@winiswin/testkit/signals";

/** Stores what the analysis would have: the instruments, one signal at the price of now with its stop 1.5 % away, and its analyzed cycle. */
export async function storeSignal(cycleId: CycleId, symbol: string, nowMs: number): Promise<void> {
  const [{ cycles, signals }, { marketData }, { instruments }] = await Promise.all([
    import("@winiswin/functions/wiring/tables"),
    import("@winiswin/functions/wiring/exchange"),
    import("@winiswin/functions/wiring/objects"),
  ]);
  await instruments().save(await marketData().instruments());
  const { askPrice } = await marketData().bookTop(symbol);
  const entryPrice = Number(askPrice.toFixed());
  const signal = aSignal({
    cycleId,
    symbol,
    entryPrice,
    stopPrice: entryPrice * 0.985,
    targetPrice: entryPrice * 1.03,
    atr: entryPrice * 0.005,
  });
  const closeTimeMs = closeTimeOfCycle(cycleId);
  await cycles().create({ cycleId, closeTimeMs, shardCount: 1, symbols: 1, dispatchedAtMs: closeTimeMs - 60_000 });
  await cycles().reportShard(cycleId, aShardReport({ btc: { symbol: "BTCUSDT", trend1h: 1, moveAtr: 0 } }));
  await signals().putAll([signal]);
  await cycles().markAnalyzed(cycleId, { analyzedAtMs: nowMs, complete: true, signals: 1, signalsHash: signalsHashOf([signal]) });
}

/** The event that has the cycle executed, as the bus puts it into the queue. */
export const analyzedEvent = (cycleId: CycleId) => ({ type: "CycleAnalyzed" as const, cycleId });
