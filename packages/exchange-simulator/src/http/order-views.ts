import { decimal } from "@winiswin/domain/decimal";
import type { OrderRecord, TradeRecord } from "../matching/records.ts";
import { wireInteger } from "./route.ts";

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
    updateTime: order.updateTimeMs,
    workingType: order.origin?.workingType ?? "CONTRACT_PRICE",
    priceProtect: order.origin?.priceProtect ?? false,
    priceMatch: "NONE",
    selfTradePreventionMode: "EXPIRE_MAKER",
    goodTillDate: order.goodTillMs ?? 0,
  };
}

/** As GET answers: with the average price. */
export function orderView(order: OrderRecord): object {
  const executed = decimal(order.executedQuantity);
  const average = executed.eq(decimal("0")) ? "0.00" : decimal(order.cumulativeQuote).div(executed).round(8, 1).toFixed();
  return { ...orderAnswer(order), avgPrice: average, cumQuote: order.cumulativeQuote, time: order.timeMs };
}

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
    side: trade.side,
    positionSide: "BOTH",
    symbol: trade.symbol,
    time: trade.timeMs,
  };
}
