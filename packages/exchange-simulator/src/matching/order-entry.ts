import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import { priceOf } from "./market.ts";
import {
  assumedMarketPrice,
  reducibleQuantity,
  requireFairMarket,
  requireFreeClientId,
  requireGoodTill,
  requireMargin,
  requireNotional,
  requireOrderPlace,
  requirePrice,
  requireQuantity,
  requireTrading,
} from "./order-rules.ts";
import type { EchoedChoices, OrderRecord, Side } from "./records.ts";

const zero = decimal("0");

/** A plain order as it was asked for. */
export type OrderRequest = EchoedChoices & {
  readonly symbol: string;
  readonly side: Side;
  readonly clientOrderId: string | undefined;
  readonly reduceOnly: boolean;
  readonly quantity: DecimalValue;
  /** GTD only. */
  readonly goodTillMs?: number;
} & (
    | { readonly type: "MARKET" }
    | { readonly type: "LIMIT"; readonly price: DecimalValue; readonly timeInForce: OrderRecord["timeInForce"] }
  );

/** What was found out about an order that nothing speaks against. */
interface CheckedOrder {
  readonly instrument: SimulatedInstrument;
  /** What is left of the wish when it may only reduce. */
  readonly quantity: DecimalValue;
  readonly lastTicks: number;
}

/** Looks whether a plain order would be taken; throws a refusal. Fees are never part of the margin check. */
export function checkOrder(exchange: ExchangeCore, request: OrderRequest, nowMs: number): CheckedOrder {
  const instrument = exchange.instrument(request.symbol);
  requireTrading(exchange.state, instrument, nowMs);
  requireQuantity(instrument, request.quantity, request.type === "MARKET");
  const mark = exchange.market.markPrice(instrument, nowMs);
  if (request.type === "LIMIT") requirePrice(instrument, request.side, request.price, mark);
  if (request.goodTillMs !== undefined) requireGoodTill(request.goodTillMs, nowMs);
  if (request.clientOrderId !== undefined) requireFreeClientId(exchange, request.clientOrderId);
  if (!request.reduceOnly) requireNotional(instrument, request.quantity, request.type === "MARKET" ? mark : request.price);
  const quantity = request.reduceOnly ? reducible(exchange, request) : request.quantity;
  const lastTicks = exchange.market.path.lastTicks(instrument, nowMs);
  const best = exchange.market.book.best(instrument, nowMs, lastTicks);
  const opposite = priceOf(instrument, request.side === "BUY" ? best.ask.ticks : best.bid.ticks);
  if (request.type === "MARKET") requireFairMarket(instrument, request.side, opposite, mark);
  if (!request.reduceOnly) {
    const price = request.type === "MARKET" ? assumedMarketPrice(opposite, request.side) : request.price;
    requireMargin(exchange, instrument, request.side, quantity, price, nowMs);
  }
  return { instrument, quantity, lastTicks };
}

/** Takes a plain order and fills at once what the book gives; throws a refusal. */
export function placeOrder(exchange: ExchangeCore, request: OrderRequest, nowMs: number): OrderRecord {
  const { instrument, quantity, lastTicks } = checkOrder(exchange, request, nowMs);
  const { execution } = exchange;
  if (request.type === "MARKET") {
    const order = newOrder(exchange, instrument, request, quantity, nowMs);
    return execution.fill(instrument, order, execution.take(instrument, request.side, quantity, nowMs, lastTicks), false, nowMs, true);
  }
  const { price, timeInForce } = request;
  const fills = execution.take(instrument, request.side, quantity, nowMs, lastTicks, price);
  const available = fills.reduce((sum, fill) => sum.plus(fill.quantity), zero);
  if (timeInForce === "GTX" && fills.length > 0) throw refusals.wouldTake();
  if (timeInForce === "FOK" && available.lt(quantity)) throw refusals.fillOrKill();
  const rests = timeInForce !== "IOC" && available.lt(quantity);
  if (rests) requireOrderPlace(exchange, instrument.symbol);
  return execution.fill(instrument, newOrder(exchange, instrument, request, quantity, nowMs), fills, false, nowMs, !rests);
}

function reducible(exchange: ExchangeCore, request: OrderRequest): DecimalValue {
  const free = reducibleQuantity(exchange, request.symbol, request.side);
  if (request.quantity.lte(free)) return request.quantity;
  if (request.type === "LIMIT") throw refusals.reduceOnly();
  return free;
}

function newOrder(
  exchange: ExchangeCore,
  instrument: SimulatedInstrument,
  request: OrderRequest,
  quantity: DecimalValue,
  nowMs: number,
): OrderRecord {
  const orderId = exchange.execution.nextOrderId(instrument);
  return {
    orderId,
    clientOrderId: request.clientOrderId ?? `web_${orderId}`,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    timeInForce: request.type === "LIMIT" ? request.timeInForce : "GTC",
    quantity: quantity.toFixed(),
    price: request.type === "LIMIT" ? request.price.toFixed() : "0",
    reduceOnly: request.reduceOnly,
    closePosition: false,
    timeMs: nowMs,
    ...(request.goodTillMs !== undefined && { goodTillMs: request.goodTillMs }),
    ...echoed(request),
    status: "NEW",
    executedQuantity: "0",
    cumulativeQuote: "0",
    updateTimeMs: nowMs,
  };
}

/** Only what was chosen, so that the usual record stays small. */
export const echoed = ({ selfTradePrevention, priceMatch }: EchoedChoices): EchoedChoices => ({
  ...(selfTradePrevention !== undefined && { selfTradePrevention }),
  ...(priceMatch !== undefined && { priceMatch }),
});

/** The newest order of a symbol with that id; client ids may repeat once an order is closed. */
export function findOrder(
  exchange: ExchangeCore,
  symbol: string,
  orderId: string | undefined,
  clientOrderId: string | undefined,
): OrderRecord | undefined {
  if (orderId !== undefined) {
    const order = exchange.state.orders.get(orderId);
    return order?.symbol === symbol ? order : undefined;
  }
  let found: OrderRecord | undefined;
  for (const order of exchange.state.orders.values()) if (order.symbol === symbol && order.clientOrderId === clientOrderId) found = order;
  return found;
}
