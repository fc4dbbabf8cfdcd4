import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { Exchange } from "./exchange.ts";
import { refusals } from "./exchange-refusal.ts";
import { requireQuantity, requireTrading } from "./order-rules.ts";
import type { AlgoOrderRecord, AlgoType, Side, WorkingType } from "./records.ts";
import { crossingOf } from "./time-walk.ts";

const zero = decimal("0");

export interface AlgoOrderRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly type: AlgoType;
  readonly clientAlgoId: string | undefined;
  readonly triggerPrice: DecimalValue;
  readonly workingType: WorkingType;
  readonly quantity: DecimalValue | undefined;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  readonly timeInForce: AlgoOrderRecord["timeInForce"];
}

/** Conditional orders allowed at a time, across all symbols (since 2025-12-29). */
const mostConditionalOrders = 200;

/** Takes a conditional order; throws a refusal. Margin is looked at only when it triggers. */
export function placeAlgoOrder(exchange: Exchange, request: AlgoOrderRequest, nowMs: number): AlgoOrderRecord {
  const instrument = exchange.instrument(request.symbol);
  requireTrading(instrument, nowMs);
  requireTrigger(exchange, request, nowMs);
  if (request.clientAlgoId !== undefined) {
    for (const algo of exchange.state.openAlgoOrders.values())
      if (algo.clientAlgoId === request.clientAlgoId) throw refusals.duplicateClientId();
  }
  if (request.closePosition) requireClosable(exchange, request);
  else requireQuantity(instrument, request.quantity ?? zero, true);
  if (exchange.state.openAlgoOrders.size >= mostConditionalOrders) throw refusals.conditionalLimit();
  const algoId = exchange.execution.nextAlgoId();
  const record: AlgoOrderRecord = {
    algoId,
    clientAlgoId: request.clientAlgoId ?? `web_${algoId}`,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    workingType: request.workingType,
    triggerPrice: request.triggerPrice.toFixed(),
    quantity: request.closePosition ? "0" : (request.quantity ?? zero).toFixed(),
    closePosition: request.closePosition,
    reduceOnly: request.closePosition || request.reduceOnly,
    priceProtect: request.priceProtect,
    timeInForce: request.closePosition ? "GTE_GTC" : request.timeInForce,
    createTimeMs: nowMs,
    status: "NEW",
    updateTimeMs: nowMs,
    triggerTimeMs: 0,
    actualOrderId: "",
    reason: "",
  };
  exchange.execution.putAlgo(record, nowMs);
  return record;
}

function requireTrigger(exchange: Exchange, request: AlgoOrderRequest, nowMs: number): void {
  const instrument = exchange.instrument(request.symbol);
  const { triggerPrice } = request;
  if (triggerPrice.lte(zero)) throw refusals.triggerNotPositive();
  if (triggerPrice.gt(decimal(instrument.maxPrice))) throw refusals.triggerAboveMaximum();
  // The real testnet accepted triggers off the tick; a strict exchange finds the bug earlier.
  if (!triggerPrice.mod(decimal(instrument.tickSize)).eq(zero)) throw refusals.tickSize();
  const now =
    request.workingType === "MARK_PRICE" ? exchange.market.markPrice(instrument, nowMs) : exchange.market.lastPrice(instrument, nowMs);
  const beyond = crossingOf(request) === "atOrAbove" ? now.gte(triggerPrice) : now.lte(triggerPrice);
  if (beyond) throw refusals.wouldTrigger();
}

function requireClosable(exchange: Exchange, request: AlgoOrderRequest): void {
  const held = decimal(exchange.state.positions.get(request.symbol)?.quantity ?? "0");
  if (held.eq(zero) || held.gt(zero) === (request.side === "BUY")) throw refusals.needsPosition();
  for (const algo of exchange.state.openAlgoOrders.values()) {
    if (algo.symbol === request.symbol && algo.closePosition && algo.side === request.side && algo.type === request.type)
      throw refusals.closePositionExists();
  }
}

/** The newest with that id. */
export function findAlgoOrder(
  exchange: Exchange,
  algoId: string | undefined,
  clientAlgoId: string | undefined,
): AlgoOrderRecord | undefined {
  if (algoId !== undefined) return exchange.state.algoOrders.get(algoId);
  let found: AlgoOrderRecord | undefined;
  for (const algo of exchange.state.algoOrders.values()) if (algo.clientAlgoId === clientAlgoId) found = algo;
  return found;
}
