import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { becomesLimit, crossingOf } from "./conditional.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import { echoed } from "./order-entry.ts";
import { requireGoodTill, requireNotional, requireQuantity, requireTrading } from "./order-rules.ts";
import type { AlgoOrderRecord, AlgoType, EchoedChoices, Side, WorkingType } from "./records.ts";

const zero = decimal("0");

export interface AlgoOrderRequest extends EchoedChoices {
  readonly symbol: string;
  readonly side: Side;
  readonly type: AlgoType;
  readonly clientAlgoId: string | undefined;
  /** Zero for a trailing stop. */
  readonly triggerPrice: DecimalValue;
  /** STOP and TAKE_PROFIT only. */
  readonly price?: DecimalValue;
  /** Trailing stops only; an activation price of zero means at once. */
  readonly trail?: { readonly activatePrice: DecimalValue; readonly callbackRate: DecimalValue };
  readonly workingType: WorkingType;
  readonly quantity: DecimalValue | undefined;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  readonly timeInForce: AlgoOrderRecord["timeInForce"];
  readonly goodTillMs?: number;
}

/** Conditional orders allowed at a time, across all symbols (since 2025-12-29). */
const mostConditionalOrders = 200;

/** Takes a conditional order; throws a refusal. Margin is looked at only when it triggers. */
export function placeAlgoOrder(exchange: ExchangeCore, request: AlgoOrderRequest, nowMs: number): AlgoOrderRecord {
  const instrument = exchange.instrument(request.symbol);
  requireTrading(exchange.state, instrument, nowMs);
  const now = watchedPrice(exchange, instrument, request.workingType, nowMs);
  if (request.trail === undefined) requireTrigger(instrument, request, now);
  else requireTrail(instrument, request.side, request.trail, now);
  if (request.price !== undefined) requireOnGrid(instrument, request.price);
  requireFreeAlgoId(exchange, request.clientAlgoId);
  if (request.goodTillMs !== undefined) requireGoodTill(request.goodTillMs, nowMs);
  if (request.closePosition || request.timeInForce === "GTE_GTC") requireHeld(exchange, request);
  if (request.closePosition) requireOnlyCloser(exchange, request);
  else requireSize(instrument, request, now);
  if (exchange.state.openAlgoOrders.size >= mostConditionalOrders) throw refusals.conditionalLimit();
  const record = newAlgoOrder(exchange.execution.nextAlgoId(), request, now, nowMs);
  exchange.execution.putAlgo(record, nowMs);
  return record;
}

function newAlgoOrder(algoId: string, request: AlgoOrderRequest, now: DecimalValue, nowMs: number): AlgoOrderRecord {
  const { closePosition } = request;
  return {
    algoId,
    clientAlgoId: request.clientAlgoId ?? `web_${algoId}`,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    workingType: request.workingType,
    triggerPrice: request.triggerPrice.toFixed(),
    ...(request.price !== undefined && { price: request.price.toFixed() }),
    ...(request.trail !== undefined && { trail: trailOf(request.trail, now) }),
    ...(request.goodTillMs !== undefined && { goodTillMs: request.goodTillMs }),
    ...echoed(request),
    quantity: closePosition ? "0" : (request.quantity ?? zero).toFixed(),
    closePosition,
    reduceOnly: closePosition || request.reduceOnly,
    priceProtect: request.priceProtect,
    timeInForce: closePosition ? "GTE_GTC" : request.timeInForce,
    createTimeMs: nowMs,
    status: "NEW",
    updateTimeMs: nowMs,
    triggerTimeMs: 0,
    actualOrderId: "",
    reason: "",
  };
}

function requireFreeAlgoId(exchange: ExchangeCore, clientAlgoId: string | undefined): void {
  if (clientAlgoId === undefined) return;
  for (const algo of exchange.state.openAlgoOrders.values()) if (algo.clientAlgoId === clientAlgoId) throw refusals.duplicateClientId();
}

/** Lot size, and the smallest notional at the price at which the order will come to life. */
function requireSize(instrument: SimulatedInstrument, request: AlgoOrderRequest, now: DecimalValue): void {
  const quantity = request.quantity ?? zero;
  requireQuantity(instrument, quantity, !becomesLimit(request.type));
  const price = request.price ?? (request.trail === undefined ? request.triggerPrice : now);
  if (!request.reduceOnly) requireNotional(instrument, quantity, price);
}

const watchedPrice = (exchange: ExchangeCore, instrument: SimulatedInstrument, workingType: WorkingType, nowMs: number): DecimalValue =>
  workingType === "MARK_PRICE" ? exchange.market.markPrice(instrument, nowMs) : exchange.market.lastPrice(instrument, nowMs);

const trailOf = (trail: NonNullable<AlgoOrderRequest["trail"]>, now: DecimalValue): NonNullable<AlgoOrderRecord["trail"]> => ({
  // Without an activation price it is the price of now, which is reached already.
  activatePrice: (trail.activatePrice.eq(zero) ? now : trail.activatePrice).toFixed(),
  callbackRate: trail.callbackRate.toFixed(),
  extreme: Number(now.toFixed()),
});

// The real testnet accepted triggers off the tick; a strict exchange finds the bug earlier.
function requireOnGrid(instrument: SimulatedInstrument, price: DecimalValue): void {
  if (!price.mod(decimal(instrument.tickSize)).eq(zero)) throw refusals.tickSize();
}

function requireTrigger(instrument: SimulatedInstrument, request: AlgoOrderRequest, now: DecimalValue): void {
  const { triggerPrice } = request;
  if (triggerPrice.lte(zero)) throw refusals.triggerNotPositive();
  if (triggerPrice.gt(decimal(instrument.maxPrice))) throw refusals.triggerAboveMaximum();
  requireOnGrid(instrument, triggerPrice);
  const beyond = crossingOf(request) === "atOrAbove" ? now.gte(triggerPrice) : now.lte(triggerPrice);
  if (beyond) throw refusals.wouldTrigger();
}

/** Callback 0.1 to 20 percent (since 2026-10-23), one decimal; a stop that sells is activated above the price, one that buys below. */
function requireTrail(
  instrument: SimulatedInstrument,
  side: Side,
  { activatePrice, callbackRate }: NonNullable<AlgoOrderRequest["trail"]>,
  now: DecimalValue,
): void {
  if (callbackRate.lt(decimal("0.1")) || callbackRate.gt(decimal("20")) || !callbackRate.mod(decimal("0.1")).eq(zero))
    throw refusals.invalidParameter("callbackRate");
  if (activatePrice.eq(zero)) return;
  requireOnGrid(instrument, activatePrice);
  if (side === "SELL" ? activatePrice.lte(now) : activatePrice.gte(now)) throw refusals.wouldTrigger();
}

/** What lives with a position needs one, on the other side. */
function requireHeld(exchange: ExchangeCore, { symbol, side }: AlgoOrderRequest): void {
  const held = decimal(exchange.state.positions.get(symbol)?.quantity ?? "0");
  if (held.eq(zero) || held.gt(zero) === (side === "BUY")) throw refusals.needsPosition();
}

function requireOnlyCloser(exchange: ExchangeCore, { symbol, side, type }: AlgoOrderRequest): void {
  for (const algo of exchange.state.openAlgoOrders.values()) {
    if (algo.symbol === symbol && algo.closePosition && algo.side === side && algo.type === type) throw refusals.closePositionExists();
  }
}

/** The newest with that id. */
export function findAlgoOrder(
  exchange: ExchangeCore,
  algoId: string | undefined,
  clientAlgoId: string | undefined,
): AlgoOrderRecord | undefined {
  if (algoId !== undefined) return exchange.state.algoOrders.get(algoId);
  let found: AlgoOrderRecord | undefined;
  for (const algo of exchange.state.algoOrders.values()) if (algo.clientAlgoId === clientAlgoId) found = algo;
  return found;
}
