import { decimal } from "@winiswin/domain/decimal";
import { type AlgoOrderRequest, findAlgoOrder, placeAlgoOrder } from "../matching/algo-entry.ts";
import { becomesLimit } from "../matching/conditional.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import type { ExchangeState } from "../matching/exchange-state.ts";
import type { AlgoOrderRecord, AlgoType } from "../matching/records.ts";
import { mandatoryInteger, requireOneWay } from "./order-request.ts";
import type { Parameters } from "./parameters.ts";
import { oneOrder, type RouteContext, type Routes, wireInteger } from "./route.ts";
import { inWindow } from "./time-window.ts";

const algoTypes: readonly AlgoType[] = ["STOP_MARKET", "TAKE_PROFIT_MARKET", "STOP", "TAKE_PROFIT", "TRAILING_STOP_MARKET"];

function algoAnswer(algo: AlgoOrderRecord): object {
  return {
    algoId: wireInteger(algo.algoId),
    clientAlgoId: algo.clientAlgoId,
    algoType: "CONDITIONAL",
    orderType: algo.type,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: "BOTH",
    timeInForce: algo.timeInForce,
    quantity: algo.quantity,
    algoStatus: algo.status,
    triggerPrice: algo.triggerPrice,
    price: algo.price ?? "0",
    icebergQuantity: null,
    selfTradePreventionMode: "EXPIRE_MAKER",
    workingType: algo.workingType,
    priceMatch: "NONE",
    closePosition: algo.closePosition,
    priceProtect: algo.priceProtect,
    reduceOnly: algo.reduceOnly,
    activatePrice: algo.trail?.activatePrice ?? "",
    callbackRate: algo.trail?.callbackRate ?? "",
    createTime: algo.createTimeMs,
    updateTime: algo.updateTimeMs,
    triggerTime: algo.triggerTimeMs,
    goodTillDate: algo.goodTillMs ?? 0,
  };
}

/** As GET answers: with the order that it became. */
function algoView(state: ExchangeState, algo: AlgoOrderRecord): object {
  const order = state.orders.get(algo.actualOrderId);
  const executed = decimal(order?.executedQuantity ?? "0");
  const average =
    order === undefined || executed.eq(decimal("0")) ? "0.00000" : decimal(order.cumulativeQuote).div(executed).round(8, 1).toFixed();
  return {
    ...algoAnswer(algo),
    actualOrderId: algo.actualOrderId,
    actualPrice: average,
    actualQty: order?.executedQuantity ?? "0",
    actualType: order?.type ?? "",
    tpOrderType: "",
    ...(algo.reason === "" ? {} : { rm: algo.reason }),
  };
}

function algoRequest(parameters: Parameters): AlgoOrderRequest {
  if (parameters.mandatory("algoType").toUpperCase() !== "CONDITIONAL") throw refusals.invalidParameter("algoType");
  const wanted = parameters.mandatory("type").toUpperCase();
  const type = algoTypes.find((known) => known === wanted);
  if (type === undefined) throw refusals.orderType();
  requireOneWay(parameters);
  const closePosition = parameters.flag("closePosition");
  if (closePosition && type !== "STOP_MARKET" && type !== "TAKE_PROFIT_MARKET") throw refusals.closePositionType(type);
  if (closePosition && parameters.text("quantity") !== undefined) throw refusals.closePositionQuantity();
  if (closePosition && parameters.text("reduceOnly") !== undefined) throw refusals.superfluous("reduceOnly");
  const timeInForce = parameters.choice("timeInForce", ["GTC", "IOC", "FOK", "GTX", "GTD", "GTE_GTC"], "GTC");
  return {
    symbol: parameters.mandatory("symbol").toUpperCase(),
    side: parameters.side(),
    type,
    clientAlgoId: parameters.clientId("clientAlgoId"),
    ...levelsOf(type, parameters),
    workingType: parameters.choice("workingType", ["CONTRACT_PRICE", "MARK_PRICE"], "CONTRACT_PRICE"),
    quantity: closePosition ? undefined : parameters.mandatoryDecimal("quantity"),
    closePosition,
    reduceOnly: parameters.flag("reduceOnly"),
    priceProtect: parameters.flag("priceProtect"),
    timeInForce,
    ...(timeInForce === "GTD" && { goodTillMs: mandatoryInteger(parameters, "goodTillDate") }),
  };
}

/** The prices that a type of conditional order needs. */
function levelsOf(type: AlgoType, parameters: Parameters): Pick<AlgoOrderRequest, "triggerPrice" | "price" | "trail"> {
  if (type === "TRAILING_STOP_MARKET") {
    const activatePrice = parameters.decimal("activatePrice") ?? decimal("0");
    return { triggerPrice: decimal("0"), trail: { activatePrice, callbackRate: parameters.mandatoryDecimal("callbackRate") } };
  }
  const triggerPrice = parameters.mandatoryDecimal("triggerPrice");
  return becomesLimit(type) ? { triggerPrice, price: parameters.mandatoryDecimal("price") } : { triggerPrice };
}

function namedAlgo({ exchange, parameters }: RouteContext): AlgoOrderRecord | undefined {
  const algoId = parameters.identifier("algoId");
  const clientAlgoId = parameters.text("clientAlgoId");
  if (algoId === undefined && clientAlgoId === undefined) throw refusals.eitherOf("clientAlgoId", "algoId");
  return findAlgoOrder(exchange, algoId, clientAlgoId);
}

/** Conditional orders, which live apart from plain ones since 2025-12-09. */
export const algoRoutes: Routes = {
  "POST /fapi/v1/algoOrder": {
    access: "signed",
    weight: 0,
    orders: oneOrder,
    answer: ({ exchange, parameters, nowMs }) => JSON.stringify(algoAnswer(placeAlgoOrder(exchange, algoRequest(parameters), nowMs))),
  },
  "GET /fapi/v1/algoOrder": {
    access: "signed",
    weight: 1,
    answer: (context) => {
      const algo = namedAlgo(context);
      if (algo === undefined) throw refusals.noSuchOrder();
      return JSON.stringify(algoView(context.exchange.state, algo));
    },
  },
  "DELETE /fapi/v1/algoOrder": {
    access: "signed",
    weight: 1,
    answer: (context) => {
      const algo = namedAlgo(context);
      if (algo === undefined || algo.status !== "NEW") throw refusals.unknownOrderSent();
      context.exchange.cancelAlgo(algo, context.nowMs);
      return JSON.stringify({ algoId: wireInteger(algo.algoId), clientAlgoId: algo.clientAlgoId, code: "200", msg: "success" });
    },
  },
  "DELETE /fapi/v1/algoOpenOrders": {
    access: "signed",
    weight: 1,
    answer: ({ exchange, parameters, nowMs }) => {
      const { symbol } = exchange.instrument(parameters.mandatory("symbol").toUpperCase());
      for (const algo of [...exchange.state.openAlgoOrders.values()]) if (algo.symbol === symbol) exchange.cancelAlgo(algo, nowMs);
      return JSON.stringify({ code: 200, msg: "The operation of cancel all open order is done." });
    },
  },
  "GET /fapi/v1/openAlgoOrders": {
    access: "signed",
    weight: (parameters) => (parameters.text("symbol") === undefined ? 40 : 1),
    answer: ({ exchange, parameters }) => {
      const symbol = parameters.text("symbol")?.toUpperCase();
      const algoId = parameters.identifier("algoId");
      if (symbol !== undefined) exchange.instrument(symbol);
      const open = [...exchange.state.openAlgoOrders.values()].filter(
        (algo) => (symbol === undefined || algo.symbol === symbol) && (algoId === undefined || algo.algoId === algoId),
      );
      return JSON.stringify(open.map((algo) => algoView(exchange.state, algo)));
    },
  },
  "GET /fapi/v1/allAlgoOrders": {
    access: "signed",
    weight: 5,
    answer: (context) => {
      const { symbol } = context.exchange.instrument(context.parameters.mandatory("symbol").toUpperCase());
      const fromId = BigInt(context.parameters.identifier("algoId") ?? "0");
      const algos = [...context.exchange.state.algoOrders.values()].filter(
        (algo) => algo.symbol === symbol && BigInt(algo.algoId) >= fromId,
      );
      return JSON.stringify(
        inWindow(context, algos, (algo) => algo.createTimeMs, 500).map((algo) => algoView(context.exchange.state, algo)),
      );
    },
  },
};
