import { decimal } from "@winiswin/domain/decimal";
import type { OrderRequest } from "../matching/order-entry.ts";
import type { AmendmentRecord, OrderRecord, TradeRecord } from "../matching/records.ts";
import { wireInteger } from "./route.ts";

/** As POST answers an order that was taken and not waited for: nothing of what became of it. */
export const acknowledgement = (order: OrderRecord): object => ({ ...orderAnswer(order), status: "NEW", cumQty: "0", executedQty: "0" });

/** As POST and DELETE answer since 2026-07-15: without avgPrice and cumQuote. */
export function orderAnswer(order: OrderRecord): object {
  return {
    clientOrderId: order.clientOrderId,
    cumQty: order.executedQuantity,
    executedQty: order.executedQuantity,
    orderId: wireInteger(order.orderId),
    origQty: order.quantity,
    price: order.price,
    reduceOnly: order.reduceOnly,
    side: order.side,
    positionSide: "BOTH",
    status: order.status,
    stopPrice: order.origin?.triggerPrice ?? "0",
    closePosition: order.closePosition,
    symbol: order.symbol,
    timeInForce: order.timeInForce,
    type: order.type,
    origType: order.origin?.type ?? order.type,
    ...(order.origin?.trail && { activatePrice: order.origin.trail.activatePrice, priceRate: order.origin.trail.callbackRate }),
    updateTime: order.updateTimeMs,
    workingType: order.origin?.workingType ?? "CONTRACT_PRICE",
    priceProtect: order.origin?.priceProtect ?? false,
    priceMatch: order.priceMatch ?? "NONE",
    selfTradePreventionMode: order.selfTradePrevention ?? "EXPIRE_MAKER",
    goodTillDate: order.goodTillMs ?? 0,
  };
}

/** As GET answers: with the average price. */
export function orderView(order: OrderRecord): object {
  const executed = decimal(order.executedQuantity);
  const average = executed.eq(decimal("0")) ? "0.00" : decimal(order.cumulativeQuote).div(executed).round(8, 1).toFixed();
  return { ...orderAnswer(order), avgPrice: average, cumQuote: order.cumulativeQuote, time: order.timeMs };
}

/** As order/test answers: the order that it would be, under no id. */
export function trialView(request: OrderRequest, nowMs: number): object {
  const order: OrderRecord = {
    ...request,
    orderId: "0",
    clientOrderId: request.clientOrderId ?? "",
    timeInForce: request.type === "LIMIT" ? request.timeInForce : "GTC",
    quantity: request.quantity.toFixed(),
    price: request.type === "LIMIT" ? request.price.toFixed() : "0",
    closePosition: false,
    timeMs: nowMs,
    status: "NEW",
    executedQuantity: "0",
    cumulativeQuote: "0",
    updateTimeMs: nowMs,
  };
  return { ...orderAnswer(order), avgPrice: "0.00", cumQuote: "0" };
}

export const amendmentView = ({ symbol, orderId, clientOrderId, priceMatch }: OrderRecord, change: AmendmentRecord): object => ({
  amendmentId: change.id,
  symbol,
  pair: symbol,
  orderId: wireInteger(orderId),
  clientOrderId,
  time: change.timeMs,
  amendment: {
    price: change.price,
    origQty: change.quantity,
    count: change.count,
    ...(change.modifyId !== undefined && { modifyId: wireInteger(change.modifyId) }),
  },
  priceMatch: priceMatch ?? "NONE",
});

export function tradeView(trade: TradeRecord): object {
  return {
    buyer: trade.side === "BUY",
    commission: trade.commission,
    commissionAsset: "USDT",
    id: trade.id,
    maker: trade.maker,
    orderId: wireInteger(trade.orderId),
    price: trade.price,
    qty: trade.quantity,
    quoteQty: trade.quoteQuantity,
    realizedPnl: trade.realizedPnl,
    marginAsset: "USDT",
    side: trade.side,
    positionSide: "BOTH",
    symbol: trade.symbol,
    time: trade.timeMs,
  };
}
