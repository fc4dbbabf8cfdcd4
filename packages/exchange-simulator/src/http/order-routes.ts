import { refusals } from "../matching/exchange-refusal.ts";
import { amendOrder } from "../matching/order-amend.ts";
import { checkOrder, findOrder, placeOrder } from "../matching/order-entry.ts";
import { isOpen } from "../matching/order-rules.ts";
import type { OrderRecord } from "../matching/records.ts";
import { isOrderTold } from "../matching/retention.ts";
import { limitPrice, mandatoryInteger, orderRequest, wantsResult } from "./order-request.ts";
import { acknowledgement, amendmentView, orderAnswer, orderView, tradeView, trialView } from "./order-views.ts";
import { oneOrder, type RouteContext, type Routes, wireInteger } from "./route.ts";
import { inWindow } from "./time-window.ts";

/** The order named by orderId or origClientOrderId, unless the exchange no longer tells of it. */
export function namedOrder({ exchange, parameters, nowMs }: RouteContext): OrderRecord | undefined {
  const symbol = parameters.mandatory("symbol").toUpperCase();
  exchange.instrument(symbol);
  const orderId = parameters.identifier("orderId");
  const clientOrderId = parameters.text("origClientOrderId");
  if (orderId === undefined && clientOrderId === undefined) throw refusals.eitherOf("origClientOrderId", "orderId");
  const order = findOrder(exchange, symbol, orderId, clientOrderId);
  return order !== undefined && isOrderTold(order, nowMs) ? order : undefined;
}

function userTrades(context: RouteContext): string {
  const { exchange, parameters } = context;
  const symbol = parameters.mandatory("symbol").toUpperCase();
  exchange.instrument(symbol);
  const orderId = parameters.identifier("orderId");
  const fromId = parameters.integer("fromId");
  const isWindowed = parameters.text("startTime") !== undefined || parameters.text("endTime") !== undefined;
  if (fromId !== undefined && isWindowed) throw refusals.badCombination();
  const trades = exchange.state.trades.filter(
    (trade) =>
      trade.symbol === symbol && (orderId === undefined || trade.orderId === orderId) && (fromId === undefined || trade.id >= fromId),
  );
  const rules = { standardLimit: 500, isFromId: fromId !== undefined };
  return JSON.stringify(inWindow(context, trades, (trade) => trade.timeMs, rules).map(tradeView));
}

function allOrders(context: RouteContext): string {
  const { exchange, parameters, nowMs } = context;
  const symbol = parameters.text("symbol")?.toUpperCase();
  if (symbol !== undefined) exchange.instrument(symbol);
  const fromId = parameters.identifier("orderId");
  const orders = [...exchange.state.orders.values()].filter(
    (order) =>
      (symbol === undefined || order.symbol === symbol) &&
      (fromId === undefined || BigInt(order.orderId) >= BigInt(fromId)) &&
      isOrderTold(order, nowMs),
  );
  const rules = { standardLimit: 500, isFromId: fromId !== undefined };
  return JSON.stringify(inWindow(context, orders, (order) => order.timeMs, rules).map(orderView));
}

export function place({ exchange, parameters, nowMs }: RouteContext): object {
  const isAwaited = wantsResult(parameters);
  const order = placeOrder(exchange, orderRequest(exchange, parameters, nowMs), nowMs);
  return isAwaited ? orderAnswer(order) : acknowledgement(order);
}

export function amend(context: RouteContext): object {
  const { exchange, parameters, nowMs } = context;
  const order = namedOrder(context);
  if (order === undefined) throw refusals.noSuchOrder();
  const side = parameters.side();
  const quantity = parameters.mandatoryDecimal("quantity");
  const price = limitPrice(exchange, parameters, order.symbol, side, nowMs);
  const modifyId = parameters.identifier("modifyId");
  const wish = { side, quantity, price, reduceOnly: parameters.flag("reduceOnly"), ...(modifyId !== undefined && { modifyId }) };
  const amended = orderAnswer(amendOrder(exchange, order, wish, nowMs));
  return modifyId === undefined ? amended : { ...amended, modifyId: wireInteger(modifyId) };
}

/** What was changed of an order, oldest first. */
function amendments(context: RouteContext): string {
  const order = namedOrder(context);
  if (order === undefined) throw refusals.noSuchOrder();
  const changes = context.exchange.state.amendments.filter(({ orderId }) => orderId === order.orderId);
  const rules = { standardLimit: 50, largestLimit: 100, longestDays: undefined, isFromId: true };
  return JSON.stringify(inWindow(context, changes, ({ timeMs }) => timeMs, rules).map((change) => amendmentView(order, change)));
}

export function cancel(context: RouteContext): object {
  const order = namedOrder(context);
  if (order === undefined || !isOpen(order)) throw refusals.unknownOrderSent();
  return orderAnswer(context.exchange.cancelOrder(order, context.nowMs));
}

/** Sets, restarts or (with 0) stops the countdown that cancels a symbol's plain orders. */
function countdown({ exchange, parameters, nowMs }: RouteContext): string {
  const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
  const countdownMs = mandatoryInteger(parameters, "countdownTime");
  exchange.state.record({ kind: "countdown", record: { symbol, atMs: countdownMs === 0 ? 0 : nowMs + countdownMs } });
  return JSON.stringify({ symbol, countdownTime: String(countdownMs) });
}

/** Plain orders. */
export const orderRoutes: Routes = {
  "POST /fapi/v1/order": { access: "signed", weight: 0, orders: oneOrder, answer: (context) => JSON.stringify(place(context)) },
  "PUT /fapi/v1/order": { access: "signed", weight: 0, orders: oneOrder, answer: (context) => JSON.stringify(amend(context)) },
  "POST /fapi/v1/order/test": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters, nowMs }) => {
      wantsResult(parameters);
      const request = orderRequest(exchange, parameters, nowMs);
      checkOrder(exchange, request, nowMs);
      return JSON.stringify(trialView(request, nowMs));
    },
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
  "DELETE /fapi/v1/order": { access: "signed", weight: 1, answer: (context) => JSON.stringify(cancel(context)) },
  "DELETE /fapi/v1/allOpenOrders": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters, nowMs }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      exchange.cancelOrdersOf(symbol, nowMs);
      return JSON.stringify({ code: 200, msg: "The operation of cancel all open order is done." });
    },
  },
  "POST /fapi/v1/countdownCancelAll": { access: "signed", weight: 10, answer: countdown },
  "GET /fapi/v1/openOrder": {
    access: "signed",
    weight: 1,
    answer: (context) => {
      const order = namedOrder(context);
      if (order === undefined || !isOpen(order)) throw refusals.noSuchOrder();
      return JSON.stringify(orderView(order));
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
  "GET /fapi/v1/orderAmendment": { access: "signed", weight: 1, answer: amendments },
  "GET /fapi/v1/userTrades": { access: "signed", weight: 5, answer: userTrades },
};
