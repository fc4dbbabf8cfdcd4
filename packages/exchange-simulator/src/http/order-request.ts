import type { DecimalValue } from "@winiswin/domain/decimal";
import type { ExchangeCore } from "../matching/exchange-core.ts";
import { refusals } from "../matching/exchange-refusal.ts";
import { priceOf } from "../matching/market.ts";
import type { OrderRequest } from "../matching/order-entry.ts";
import type { EchoedChoices, SelfTradePrevention, Side } from "../matching/records.ts";
import type { Parameters } from "./parameters.ts";

const conditionalTypes = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];
const timesInForce = ["GTC", "IOC", "FOK", "GTX", "GTD"] as const;
const selfTradeModes: readonly SelfTradePrevention[] = ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"];
const priceMatches = ["NONE", "OPPONENT", "OPPONENT_5", "OPPONENT_10", "OPPONENT_20", "QUEUE", "QUEUE_5", "QUEUE_10", "QUEUE_20"] as const;

/** A plain order as the parameters ask for it; throws a refusal for what no order can be. */
export function orderRequest(exchange: ExchangeCore, parameters: Parameters, nowMs: number): OrderRequest {
  const type = parameters.mandatory("type").toUpperCase();
  if (conditionalTypes.includes(type)) throw refusals.useAlgoOrder();
  if (type !== "MARKET" && type !== "LIMIT") throw refusals.orderType();
  requireOneWay(parameters);
  // Plain orders close nothing: that is the business of conditional ones.
  if (parameters.flag("closePosition")) throw refusals.closePositionType(type);
  const common = {
    symbol: parameters.mandatory("symbol").toUpperCase(),
    side: parameters.side(),
    clientOrderId: parameters.clientId("newClientOrderId"),
    reduceOnly: parameters.flag("reduceOnly"),
    quantity: parameters.mandatoryDecimal("quantity"),
    ...echoedChoices(parameters),
  };
  if (type === "MARKET") {
    if (common.priceMatch !== undefined) throw refusals.priceMatchType();
    for (const name of ["price", "timeInForce"]) if (parameters.text(name) !== undefined) throw refusals.superfluous(name);
    return { ...common, type };
  }
  const wanted = parameters.mandatory("timeInForce").toUpperCase();
  const timeInForce = timesInForce.find((known) => known === wanted);
  if (timeInForce === undefined) throw refusals.timeInForce();
  const goodTill = timeInForce === "GTD" ? { goodTillMs: goodTillMs(parameters) } : {};
  return { ...common, ...goodTill, type, timeInForce, price: limitPrice(exchange, parameters, common.symbol, common.side, nowMs) };
}

/** Accepted as the exchange does, without effect: own orders never meet here. */
export function echoedChoices(parameters: Parameters): EchoedChoices {
  const wanted = parameters.text("selfTradePreventionMode")?.toUpperCase();
  const selfTradePrevention = selfTradeModes.find((mode) => mode === wanted);
  if (wanted !== undefined && selfTradePrevention === undefined) throw refusals.selfTradeMode();
  const priceMatch = parameters.choice("priceMatch", priceMatches, "NONE");
  return { ...(selfTradePrevention !== undefined && { selfTradePrevention }), ...(priceMatch !== "NONE" && { priceMatch }) };
}

/** Whether the outcome itself is wanted at once (RESULT), and not only that the order was taken (ACK, unless asked otherwise). */
export function wantsResult(parameters: Parameters): boolean {
  const wanted = parameters.text("newOrderRespType")?.toUpperCase() ?? "ACK";
  if (wanted !== "ACK" && wanted !== "RESULT") throw refusals.responseType();
  return wanted === "RESULT";
}

/** Hedge mode is not offered: an order for one of its sides is refused. */
export function requireOneWay(parameters: Parameters): void {
  if (parameters.choice("positionSide", ["BOTH", "LONG", "SHORT"], "BOTH") !== "BOTH") throw refusals.positionSide();
}

export function mandatoryInteger(parameters: Parameters, name: string): number {
  const value = parameters.integer(name);
  if (value === undefined) throw refusals.missing(name);
  return value;
}

/** To the second: what is finer is not looked at. */
export const goodTillMs = (parameters: Parameters): number => Math.floor(mandatoryInteger(parameters, "goodTillDate") / 1_000) * 1_000;

/** The price that is sent, or with priceMatch the one that the book has at that place. */
export function limitPrice(exchange: ExchangeCore, parameters: Parameters, symbol: string, side: Side, nowMs: number): DecimalValue {
  const match = parameters.choice("priceMatch", priceMatches, "NONE");
  if (match === "NONE") return parameters.mandatoryDecimal("price");
  if (parameters.text("price") !== undefined) throw refusals.priceMatch();
  const instrument = exchange.instrument(symbol);
  const meets = match.startsWith("OPPONENT") === (side === "BUY") ? "BUY" : "SELL";
  const place = Number(match.split("_")[1] ?? 1);
  let seen = 0;
  for (const level of exchange.market.book.levels(instrument, nowMs, exchange.market.path.lastTicks(instrument, nowMs), meets)) {
    if (++seen === place) return priceOf(instrument, level.ticks);
  }
  throw refusals.noBestPrice();
}
