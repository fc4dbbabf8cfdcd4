import { decimal } from "@winiswin/domain/decimal";
import type { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";

/** A stretch of time in which a position was open and no stop that closes it rested. */
export interface StopGap {
  readonly symbol: string;
  readonly fromMs: number;
  readonly lengthMs: number;
}

interface Stretch {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Every gap in the protection of every position from the first fill on, from the exchange's own times; one that goes on ends now. */
export function stopGaps(exchange: ExchangeState, nowMs: number): readonly StopGap[] {
  const stops = [...exchange.algoOrders.values()]
    .filter(({ type, closePosition, status }) => type === "STOP_MARKET" && closePosition && status !== "REJECTED")
    .map(({ symbol, createTimeMs, status, triggerTimeMs, updateTimeMs }) => ({
      symbol,
      fromMs: createTimeMs,
      toMs: status === "NEW" ? Number.POSITIVE_INFINITY : triggerTimeMs > 0 ? triggerTimeMs : updateTimeMs,
    }));
  return heldStretches(exchange, nowMs).flatMap((held) => uncovered(held, stops));
}

function heldStretches({ trades }: ExchangeState, nowMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const open = new Map<string, { quantity: ReturnType<typeof decimal>; fromMs: number }>();
  for (const { symbol, side, quantity, timeMs } of trades) {
    const known = open.get(symbol) ?? { quantity: decimal("0"), fromMs: timeMs };
    const after = side === "BUY" ? known.quantity.plus(quantity) : known.quantity.minus(quantity);
    if (after.eq("0")) {
      stretches.push({ symbol, fromMs: known.fromMs, toMs: timeMs });
      open.delete(symbol);
    } else open.set(symbol, { quantity: after, fromMs: known.fromMs });
  }
  return [...stretches, ...Array.from(open, ([symbol, { fromMs }]) => ({ symbol, fromMs, toMs: nowMs }))];
}

function uncovered({ symbol, fromMs, toMs }: Stretch, stops: readonly Stretch[]): readonly StopGap[] {
  const gaps: StopGap[] = [];
  let coveredToMs = fromMs;
  for (const stop of stops.filter((one) => one.symbol === symbol).sort((first, second) => first.fromMs - second.fromMs)) {
    const gapToMs = Math.min(stop.fromMs, toMs);
    if (gapToMs > coveredToMs) gaps.push({ symbol, fromMs: coveredToMs, lengthMs: gapToMs - coveredToMs });
    coveredToMs = Math.max(coveredToMs, stop.toMs);
    if (coveredToMs >= toMs) return gaps;
  }
  return [...gaps, { symbol, fromMs: coveredToMs, lengthMs: toMs - coveredToMs }];
}
