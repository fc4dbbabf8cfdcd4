import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { ExchangeState } from "./exchange-state.ts";
import { roundUsdt } from "./position.ts";
import type { OrderRecord, Side } from "./records.ts";

const zero = decimal("0");

/** What resting orders of one contract are worth at their prices; those that only reduce open nothing. */
export interface RestingValue {
  readonly bids: DecimalValue;
  readonly asks: DecimalValue;
}

const nothing: RestingValue = { bids: zero, asks: zero };

const withValue = (resting: RestingValue, side: Side, value: DecimalValue): RestingValue =>
  side === "BUY" ? { ...resting, bids: resting.bids.plus(value) } : { ...resting, asks: resting.asks.plus(value) };

const restValue = (order: OrderRecord): DecimalValue =>
  decimal(order.quantity).minus(decimal(order.executedQuantity)).times(decimal(order.price));

/** By contract; `without` is an order that is about to be replaced. */
function restingValues(state: ExchangeState, symbol: string | undefined, without?: OrderRecord): ReadonlyMap<string, RestingValue> {
  const values = new Map<string, RestingValue>();
  for (const order of state.openOrders.values()) {
    if (order.reduceOnly || (symbol !== undefined && order.symbol !== symbol) || order.orderId === without?.orderId) continue;
    values.set(order.symbol, withValue(values.get(order.symbol) ?? nothing, order.side, restValue(order)));
  }
  return values;
}

/** The larger of what would be held when all bids, or all asks, were filled: of orders on both sides only one side costs margin. */
function possibleNotional(position: DecimalValue, { bids, asks }: RestingValue): DecimalValue {
  const [allBought, allSold] = [position.plus(bids).abs(), position.minus(asks).abs()];
  return allBought.gt(allSold) ? allBought : allSold;
}

/** What resting orders may add to the position's notional. */
function addedNotional(
  state: ExchangeState,
  symbol: string,
  { bids, asks }: RestingValue,
  markOf: (symbol: string) => DecimalValue,
): DecimalValue {
  const quantity = state.positions.get(symbol)?.quantity ?? "0";
  // Orders that only go on in the position's own direction need no price of it: the usual case.
  if (asks === zero && !quantity.startsWith("-")) return bids;
  if (bids === zero && (quantity === "0" || quantity.startsWith("-"))) return asks;
  const position = signedNotional(state, symbol, markOf);
  return possibleNotional(position, { bids, asks }).minus(position.abs());
}

const signedNotional = (state: ExchangeState, symbol: string, markOf: (symbol: string) => DecimalValue): DecimalValue => {
  const position = state.positions.get(symbol);
  return position === undefined ? zero : decimal(position.quantity).times(markOf(symbol));
};

const leverageOf = (state: ExchangeState, symbol: string): DecimalValue => decimal(String(state.settingOf(symbol).leverage));

/**
 * Margin held for resting orders beyond that of the position: (max(|position + bids|, |position - asks|) - |position|) / leverage, the
 * exchange's rule for one-way mode (FAQ 4f83b65d). What merely closes holds none, and all conditional orders hold none.
 */
export function openOrderMargin(state: ExchangeState, markOf: (symbol: string) => DecimalValue, only?: string): DecimalValue {
  let margin = zero;
  for (const [symbol, resting] of restingValues(state, only)) {
    margin = margin.plus(roundUsdt(addedNotional(state, symbol, resting, markOf).div(leverageOf(state, symbol))));
  }
  return margin;
}

/** How much more margin the contract needs with an order of that side and value, which may take the place of another. */
export function addedMargin(
  state: ExchangeState,
  markOf: (symbol: string) => DecimalValue,
  symbol: string,
  side: Side,
  value: DecimalValue,
  without?: OrderRecord,
): DecimalValue {
  const resting = restingValues(state, symbol).get(symbol) ?? nothing;
  const others = without === undefined ? resting : (restingValues(state, symbol, without).get(symbol) ?? nothing);
  const before = addedNotional(state, symbol, resting, markOf);
  return addedNotional(state, symbol, withValue(others, side, value), markOf)
    .minus(before)
    .div(leverageOf(state, symbol));
}
