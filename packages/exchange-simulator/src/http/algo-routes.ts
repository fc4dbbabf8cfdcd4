import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { type AlgoOrderRequest, findAlgoOrder, placeAlgoOrder } from "../matching/algo-entry.ts";
import { becomesLimit } from "../matching/conditional.ts";
import type { Exchange } from "../matching/exchange.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import type { ExchangeState } from "../matching/exchange-state.ts";
import type { AlgoOrderRecord, AlgoType, WorkingType } from "../matching/records.ts";
import { isAlgoTold } from "../matching/retention.ts";
import { echoedChoices, goodTillMs, limitPrice, requireOneWay, wantsResult } from "./order-request.ts";
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
    selfTradePreventionMode: algo.selfTradePrevention ?? "EXPIRE_MAKER",
    workingType: algo.workingType,
    priceMatch: algo.priceMatch ?? "NONE",
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

/** As the lists answer, which name the levels of orders that come in pairs elsewhere. */
const algoRow = (state: ExchangeState, algo: AlgoOrderRecord): object => ({
  ...algoView(state, algo),
  tpTriggerPrice: "0.000",
  tpPrice: "0.000",
  slTriggerPrice: "0.000",
  slPrice: "0.000",
});

function algoRequest(exchange: Exchange, parameters: Parameters, nowMs: number): AlgoOrderRequest {
  wantsResult(parameters);
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
  const symbol = parameters.mandatory("symbol").toUpperCase();
  const side = parameters.side();
  const echoed = echoedChoices(parameters);
  if (echoed.priceMatch !== undefined && !becomesLimit(type)) throw refusals.priceMatchType();
  return {
    symbol,
    side,
    type,
    clientAlgoId: parameters.clientId("clientAlgoId"),
    ...levelsOf(type, parameters, () => limitPrice(exchange, parameters, symbol, side, nowMs)),
    ...echoed,
    workingType: workingType(parameters),
    quantity: closePosition ? undefined : parameters.mandatoryDecimal("quantity"),
    closePosition,
    reduceOnly: parameters.flag("reduceOnly"),
    priceProtect: parameters.flag("priceProtect"),
    timeInForce,
    ...(timeInForce === "GTD" && { goodTillMs: goodTillMs(parameters) }),
  };
}

function workingType(parameters: Parameters): WorkingType {
  const wanted = parameters.text("workingType") ?? "CONTRACT_PRICE";
  const known = (["CONTRACT_PRICE", "MARK_PRICE"] as const).find((type) => type === wanted.toUpperCase());
  if (known === undefined) throw refusals.workingType(wanted);
  return known;
}

/** The prices that a type of conditional order needs. */
function levelsOf(
  type: AlgoType,
  parameters: Parameters,
  priceOf: () => DecimalValue,
): Pick<AlgoOrderRequest, "triggerPrice" | "price" | "trail"> {
  if (type === "TRAILING_STOP_MARKET") {
    const activatePrice = parameters.decimal("activatePrice") ?? decimal("0");
    return { triggerPrice: decimal("0"), trail: { activatePrice, callbackRate: parameters.mandatoryDecimal("callbackRate") } };
  }
  const triggerPrice = parameters.mandatoryDecimal("triggerPrice");
  return becomesLimit(type) ? { triggerPrice, price: priceOf() } : { triggerPrice };
}

function namedAlgo({ exchange, parameters, nowMs }: RouteContext): AlgoOrderRecord | undefined {
  const algoId = parameters.identifier("algoId");
  const clientAlgoId = parameters.text("clientAlgoId");
  if (algoId === undefined && clientAlgoId === undefined) throw refusals.eitherOf("clientAlgoId", "algoId");
  const algo = findAlgoOrder(exchange, algoId, clientAlgoId);
  return algo !== undefined && isAlgoTold(algo, nowMs) ? algo : undefined;
}

/** Conditional orders, which live apart from plain ones since 2025-12-09. */
export const algoRoutes: Routes = {
  "POST /fapi/v1/algoOrder": {
    access: "signed",
    weight: 0,
    orders: oneOrder,
    answer: ({ exchange, parameters, nowMs }) =>
      JSON.stringify(algoAnswer(placeAlgoOrder(exchange, algoRequest(exchange, parameters, nowMs), nowMs))),
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
      parameters.choice("algoType", ["CONDITIONAL"], "CONDITIONAL");
      const algoId = parameters.identifier("algoId");
      if (symbol !== undefined) exchange.instrument(symbol);
      const open = [...exchange.state.openAlgoOrders.values()].filter(
        (algo) => (symbol === undefined || algo.symbol === symbol) && (algoId === undefined || algo.algoId === algoId),
      );
      return JSON.stringify(open.map((algo) => algoRow(exchange.state, algo)));
    },
  },
  "GET /fapi/v1/allAlgoOrders": {
    access: "signed",
    weight: 5,
    answer: (context) => {
      const { symbol } = context.exchange.instrument(context.parameters.mandatory("symbol").toUpperCase());
      const wantedId = context.parameters.identifier("algoId");
      const fromId = BigInt(wantedId ?? "0");
      const algos = [...context.exchange.state.algoOrders.values()].filter(
        (algo) => algo.symbol === symbol && BigInt(algo.algoId) >= fromId && isAlgoTold(algo, context.nowMs),
      );
      const rules = { standardLimit: 500, isFromId: wantedId !== undefined };
      return JSON.stringify(
        inWindow(context, algos, (algo) => algo.createTimeMs, rules).map((algo) => algoRow(context.exchange.state, algo)),
      );
    },
  },
};
