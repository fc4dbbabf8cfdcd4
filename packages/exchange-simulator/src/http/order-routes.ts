import { decimal } from "@winiswin/domain/decimal";
import { refusals } from "../matching/exchange-refusal.ts";
import { findOrder, type OrderRequest, placeOrder } from "../matching/order-entry.ts";
import { isOpen } from "../matching/order-rules.ts";
import type { OrderRecord, TradeRecord } from "../matching/records.ts";
import type { Parameters } from "./parameters.ts";
import { type RouteContext, type Routes, wireInteger } from "./route.ts";

const weekMs = 7 * 86_400_000;
const conditionalTypes = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];
const timesInForce = ["GTC", "IOC", "FOK", "GTX"] as const;

/** As POST and DELETE answer since 2026-07-15: without avgPrice and cumQuote. */
function orderAnswer(order: OrderRecord): object {
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
    stopPrice: "0",
    closePosition: order.closePosition,
    symbol: order.symbol,
    timeInForce: order.timeInForce,
    type: order.type,
    origType: order.type,
    updateTime: order.updateTimeMs,
    workingType: "CONTRACT_PRICE",
    priceProtect: false,
    priceMatch: "NONE",
    selfTradePreventionMode: "EXPIRE_MAKER",
    goodTillDate: 0,
  };
}

/** As GET answers: with the average price. */
export function orderView(order: OrderRecord): object {
  const executed = decimal(order.executedQuantity);
  const average = executed.eq(decimal("0")) ? "0.00" : decimal(order.cumulativeQuote).div(executed).round(8, 1).toFixed();
  return { ...orderAnswer(order), avgPrice: average, cumQuote: order.cumulativeQuote, time: order.timeMs };
}

function orderRequest(parameters: Parameters): OrderRequest {
  const type = parameters.mandatory("type").toUpperCase();
  if (conditionalTypes.includes(type)) throw refusals.useAlgoOrder();
  if (type !== "MARKET" && type !== "LIMIT") throw refusals.orderType();
  if (parameters.choice("positionSide", ["BOTH", "LONG", "SHORT"], "BOTH") !== "BOTH") throw refusals.positionSide();
  const common = {
    symbol: parameters.mandatory("symbol").toUpperCase(),
    side: parameters.side(),
    clientOrderId: parameters.clientId("newClientOrderId"),
    reduceOnly: parameters.flag("reduceOnly"),
    quantity: parameters.mandatoryDecimal("quantity"),
  };
  if (type === "MARKET") {
    if (parameters.text("price") !== undefined) throw refusals.superfluous("price");
    if (parameters.text("timeInForce") !== undefined) throw refusals.superfluous("timeInForce");
    return { ...common, type };
  }
  const wanted = parameters.mandatory("timeInForce").toUpperCase();
  const timeInForce = timesInForce.find((known) => known === wanted);
  if (timeInForce === undefined) throw refusals.timeInForce();
  return { ...common, type, timeInForce, price: parameters.mandatoryDecimal("price") };
}

/** The order named by orderId or origClientOrderId. */
function namedOrder({ exchange, parameters }: RouteContext): OrderRecord | undefined {
  const symbol = parameters.mandatory("symbol").toUpperCase();
  exchange.instrument(symbol);
  const orderId = parameters.identifier("orderId");
  const clientOrderId = parameters.text("origClientOrderId");
  if (orderId === undefined && clientOrderId === undefined) throw refusals.eitherOf("origClientOrderId", "orderId");
  return findOrder(exchange, symbol, orderId, clientOrderId);
}

function tradeView(trade: TradeRecord): object {
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

/** Items in the asked window of at most seven days (the last seven without one), oldest first, `limit` of them. */
export function inWindow<Item>(
  { parameters, nowMs }: RouteContext,
  items: readonly Item[],
  timeOf: (item: Item) => number,
  standardLimit: number,
): readonly Item[] {
  const limit = parameters.limit(standardLimit, 1_000);
  const endMs = parameters.integer("endTime");
  const startMs = parameters.integer("startTime");
  const fromMs = startMs ?? (endMs ?? nowMs) - weekMs;
  const untilMs = endMs ?? (startMs === undefined ? nowMs : startMs + weekMs);
  if (untilMs - fromMs > weekMs) throw refusals.invalidParameter("startTime");
  const found = items.filter((item) => timeOf(item) >= fromMs && timeOf(item) <= untilMs);
  return startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
}

function userTrades(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.mandatory("symbol").toUpperCase();
  exchange.instrument(symbol);
  const orderId = parameters.identifier("orderId");
  const fromId = parameters.integer("fromId");
  const trades = exchange.state.trades.filter((trade) => trade.symbol === symbol && (orderId === undefined || trade.orderId === orderId));
  if (fromId !== undefined)
    return JSON.stringify(
      trades
        .filter((trade) => trade.id >= fromId)
        .slice(0, parameters.limit(500, 1_000))
        .map(tradeView),
    );
  return JSON.stringify(inWindow(context, trades, (trade) => trade.timeMs, 500).map(tradeView));
}

function allOrders(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  if (symbol !== undefined) exchange.instrument(symbol);
  const fromId = parameters.identifier("orderId");
  const orders = [...exchange.state.orders.values()].filter(
    (order) => (symbol === undefined || order.symbol === symbol) && (fromId === undefined || BigInt(order.orderId) >= BigInt(fromId)),
  );
  return JSON.stringify(inWindow(context, orders, (order) => order.timeMs, 500).map(orderView));
}

/** Plain orders. */
export const orderRoutes: Routes = {
  "POST /fapi/v1/order": {
    access: "signed",
    weight: 0,
    isOrder: true,
    answer: ({ exchange, parameters, nowMs }) => JSON.stringify(orderAnswer(placeOrder(exchange, orderRequest(parameters), nowMs))),
  },
  "GET /fapi/v1/order": {
    access: "signed",
    weight: 1,
    answer: (context) => {
      const order = namedOrder(context);
      if (order === undefined) throw refusals.noSuchOrder();
      return JSON.stringify(orderView(order));
    },
  },
  "DELETE /fapi/v1/order": {
    access: "signed",
    weight: 1,
    answer: (context) => {
      const order = namedOrder(context);
      if (order === undefined || !isOpen(order)) throw refusals.unknownOrderSent();
      return JSON.stringify(orderAnswer(context.exchange.cancelOrder(order, context.nowMs)));
    },
  },
  "DELETE /fapi/v1/allOpenOrders": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters, nowMs }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      for (const order of [...exchange.state.openOrders.values()]) if (order.symbol === symbol) exchange.cancelOrder(order, nowMs);
      return JSON.stringify({ code: 200, msg: "The operation of cancel all open order is done." });
    },
  },
  "GET /fapi/v1/openOrders": {
    access: "signed",
    weight: (parameters) => (parameters.text("symbol") === undefined ? 40 : 1),
    answer: ({ exchange, parameters }) => {
      const symbol = parameters.text("symbol")?.toUpperCase();
      if (symbol !== undefined) exchange.instrument(symbol);
      const open = [...exchange.state.openOrders.values()].filter((order) => symbol === undefined || order.symbol === symbol);
      return JSON.stringify(open.map(orderView));
    },
  },
  "GET /fapi/v1/allOrders": { access: "signed", weight: 5, answer: allOrders },
  "GET /fapi/v1/userTrades": { access: "signed", weight: 5, answer: userTrades },
};
