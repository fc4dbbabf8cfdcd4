import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { type SimulatedInstrument, statusAt } from "../market/instrument.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import type { ExchangeState } from "./exchange-state.ts";
import { maxNotionalAt } from "./leverage-bracket.ts";
import { signedQuantity } from "./position.ts";
import type { OrderRecord, Side } from "./records.ts";

const zero = decimal("0");
const one = decimal("1");

const decimalsOf = (value: DecimalValue): number => value.toFixed().split(".")[1]?.length ?? 0;

/** Only contracts that trade take orders, and those on stocks only after the agreement was signed. */
export function requireTrading({ account }: ExchangeState, instrument: SimulatedInstrument, nowMs: number): void {
  const status = statusAt(instrument, nowMs);
  if (status === "PENDING_TRADING") throw refusals.symbolStatus();
  if (status !== "TRADING") throw refusals.symbolClosed();
  if (instrument.contractType === "TRADIFI_PERPETUAL" && account.signedTradFi !== true) throw refusals.tradFiAgreement();
}

/** At least ten minutes ahead. */
export function requireGoodTill(goodTillMs: number, nowMs: number): void {
  if (goodTillMs <= nowMs + 600_000 || goodTillMs >= 253_402_300_799_000) throw refusals.goodTillDate();
}

export function requireQuantity(instrument: SimulatedInstrument, quantity: DecimalValue, market: boolean): void {
  if (decimalsOf(quantity) > instrument.stepDecimals) throw refusals.precision();
  if (quantity.lte(zero)) throw refusals.quantityNotPositive();
  const step = decimal(instrument.stepSize);
  if (quantity.lt(step)) throw refusals.quantityBelowMinimum();
  if (quantity.gt(decimal(market ? instrument.maxMarketQuantity : instrument.maxQuantity))) throw refusals.quantityAboveMaximum();
  if (!quantity.mod(step).eq(zero)) throw refusals.stepSize();
}

/** PRICE_FILTER and PERCENT_PRICE of a limit price. */
export function requirePrice(instrument: SimulatedInstrument, side: Side, price: DecimalValue, mark: DecimalValue): void {
  if (decimalsOf(price) > Math.max(instrument.tickDecimals, pricePrecision(instrument))) throw refusals.precision();
  if (price.lt(decimal(instrument.minPrice))) throw refusals.priceBelowMinimum();
  if (price.gt(decimal(instrument.maxPrice))) throw refusals.priceAboveMaximum();
  if (!price.mod(decimal(instrument.tickSize)).eq(zero)) throw refusals.tickSize();
  const highest = mark.times(decimal(instrument.multiplierUp));
  const lowest = mark.times(decimal(instrument.multiplierDown));
  if (side === "BUY" && price.gt(highest)) throw refusals.priceTooHigh(highest.toFixed(instrument.tickDecimals));
  if (side === "SELL" && price.lt(lowest)) throw refusals.priceTooLow(lowest.toFixed(instrument.tickDecimals));
}

/** PERCENT_PRICE of a market order: the best price that it would meet. */
export function requireFairMarket(instrument: SimulatedInstrument, side: Side, opposite: DecimalValue, mark: DecimalValue): void {
  const isFair =
    side === "BUY"
      ? opposite.lte(mark.times(decimal(instrument.multiplierUp)))
      : opposite.gte(mark.times(decimal(instrument.multiplierDown)));
  if (!isFair) throw refusals.marketOrderReject();
}

/** Binance allows more digits in a price than its tick has; those are refused as off the tick, others as too precise. */
export const pricePrecision = (instrument: SimulatedInstrument): number =>
  Math.max(2, instrument.tickDecimals + (instrument.tickDecimals < 7 ? 1 : 0));

export function requireNotional(instrument: SimulatedInstrument, quantity: DecimalValue, price: DecimalValue): void {
  if (quantity.times(price).lt(decimal(instrument.minNotional))) throw refusals.minNotional(instrument.minNotional);
}

/** The open quantity that reduce-only orders may still close; refuses the wrong side and what other reduce-only orders already claim. */
export function reducibleQuantity(exchange: ExchangeCore, symbol: string, side: Side): DecimalValue {
  const held = decimal(exchange.state.positions.get(symbol)?.quantity ?? "0");
  if (held.eq(zero) || held.gt(zero) === (side === "BUY")) throw refusals.reduceOnly();
  let claimed = zero;
  for (const order of exchange.state.openOrders.values()) {
    if (order.symbol === symbol && order.side === side && order.reduceOnly) {
      claimed = claimed.plus(decimal(order.quantity).minus(decimal(order.executedQuantity)));
    }
  }
  const free = held.abs().minus(claimed);
  if (free.lte(zero)) throw refusals.reduceOnlyWithOrders();
  return free;
}

/** -2027 when the position after the order would exceed what the leverage allows, -2019 when margin is short. */
export function requireMargin(
  exchange: ExchangeCore,
  instrument: SimulatedInstrument,
  side: Side,
  quantity: DecimalValue,
  price: DecimalValue,
  nowMs: number,
  replaced?: OrderRecord,
): void {
  const held = decimal(exchange.state.positions.get(instrument.symbol)?.quantity ?? "0");
  const after = held.plus(signedQuantity(side, quantity)).abs();
  const { leverage } = exchange.state.settingOf(instrument.symbol);
  if (after.gt(held.abs()) && after.times(price).gt(maxNotionalAt(instrument, leverage))) throw refusals.maxLeverageRatio();
  if (exchange.marginShort(instrument, side, quantity, price, nowMs, replaced)) throw refusals.margin();
}

export function requireFreeClientId(exchange: ExchangeCore, clientOrderId: string): void {
  for (const order of exchange.state.openOrders.values()) if (order.clientOrderId === clientOrderId) throw refusals.duplicateClientId();
}

export function requireOrderPlace(exchange: ExchangeCore, symbol: string): void {
  let open = 0;
  for (const order of exchange.state.openOrders.values()) if (order.symbol === symbol) open++;
  if (open >= 200) throw refusals.maxOpenOrders();
}

/** What a market order is measured with against margin: the best opposite price and half a thousandth more. */
export const assumedMarketPrice = (best: DecimalValue, side: Side): DecimalValue =>
  side === "BUY" ? best.times(one.plus(decimal("0.0005"))) : best;

export const isOpen = (order: OrderRecord): boolean => order.status === "NEW" || order.status === "PARTIALLY_FILLED";
