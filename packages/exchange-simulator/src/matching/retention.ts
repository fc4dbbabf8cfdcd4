import { decimal } from "@winiswin/domain/decimal";
import { dayMs } from "../market/candle-columns.ts";
import type { ExchangeState } from "./exchange-state.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";

/** How long orders are told that ended without any fill. */
const unfilledMs = 3 * dayMs;
/** How long anything else is told: orders, trades, incomes and amendments ("three months"). */
export const toldMs = 90 * dayMs;

const zero = decimal("0");

const isUnfilledEnd = ({ status, executedQuantity }: OrderRecord): boolean =>
  (status === "CANCELED" || status === "EXPIRED") && decimal(executedQuantity).eq(zero);

/**
 * Whether the exchange still tells of an order: three days after its creation when it ended without a fill, ninety days otherwise.
 *
 * What is open is always told; that the ninety days do not hide it is an assumption.
 */
export function isOrderTold(order: OrderRecord, nowMs: number): boolean {
  if (order.status === "NEW" || order.status === "PARTIALLY_FILLED") return true;
  return nowMs <= order.timeMs + (isUnfilledEnd(order) ? unfilledMs : toldMs);
}

/** The same of a conditional order, which itself never has a fill: what it became is an order of its own. */
export function isAlgoTold({ status, createTimeMs }: AlgoOrderRecord, nowMs: number): boolean {
  if (status === "NEW" || status === "TRIGGERING" || status === "TRIGGERED") return true;
  return nowMs <= createTimeMs + (status === "CANCELED" || status === "EXPIRED" ? unfilledMs : toldMs);
}

/**
 * Drops from memory what ended without any effect and has not been told for long; what was executed stays, because it explains the wallet.
 *
 * Judged by the day, so that it does not matter how often somebody looks.
 */
export function forgetOld(state: ExchangeState, nowMs: number): void {
  const horizonMs = Math.floor(nowMs / dayMs) * dayMs - toldMs;
  for (const order of state.orders.values()) {
    if (order.timeMs >= horizonMs || state.openOrders.has(order.orderId) || !isUnfilledEnd(order)) continue;
    state.orders.delete(order.orderId);
  }
  for (const algo of state.algoOrders.values()) {
    if (algo.createTimeMs >= horizonMs || (algo.status !== "CANCELED" && algo.status !== "EXPIRED")) continue;
    state.algoOrders.delete(algo.algoId);
  }
}
