import { asPrice, asQuantity, type DecimalValue, decimal, floorToMultiple, type Price, type Quantity, type Usdt } from "./decimal.ts";

/** What is traded, with the limits that the exchange puts on its orders. */
export interface Instrument {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly marginAsset: string;
  /** PERPETUAL, TRADIFI_PERPETUAL, CURRENT_QUARTER ...: only the first is traded here. */
  readonly contractType: string;
  /** COIN, INDEX, EQUITY ... */
  readonly underlyingType: string;
  /** TRADING, SETTLING, PENDING_TRADING ... */
  readonly status: string;
  readonly onboardTimeMs: number;
  /** When the contract ends: far away for a perpetual, near once its delisting is announced. */
  readonly deliveryTimeMs?: number | undefined;
  readonly tickSize: Price;
  readonly minPrice: Price;
  readonly maxPrice: Price;
  readonly stepSize: Quantity;
  readonly minQuantity: Quantity;
  /** The largest market order, which is smaller than the largest limit order. */
  readonly maxMarketQuantity: Quantity;
  readonly minNotional: Usdt;
}

/** A perpetual on a coin, margined in USDT and open for trading: what this system analyses and trades. */
export const isTradable = (instrument: Instrument): boolean =>
  instrument.contractType === "PERPETUAL" &&
  instrument.status === "TRADING" &&
  instrument.underlyingType === "COIN" &&
  instrument.quoteAsset === "USDT" &&
  instrument.marginAsset === "USDT";

/**
 * The one gate from looking (float64) to money: the price on the tick grid, rounded down or up as named by the caller.
 *
 * Throws when the value is no positive finite number: an indicator that is not ready must never reach an order.
 */
export function quantizePrice(instrument: Instrument, value: number, rounding: "down" | "up"): Price {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new Error(`${value} is not a price for ${instrument.symbol}`);
  return roundPrice(instrument, decimal(String(value)), rounding);
}

/** A decimal price on the tick grid. */
export function roundPrice(instrument: Pick<Instrument, "tickSize">, value: DecimalValue, rounding: "down" | "up"): Price {
  const floor = floorToMultiple(value, instrument.tickSize);
  return asPrice(rounding === "down" || floor.eq(value) ? floor : floor.plus(instrument.tickSize));
}

/** A quantity on the step grid, always rounded down: rounding never increases risk. */
export const quantizeQuantity = (instrument: Instrument, value: DecimalValue): Quantity =>
  asQuantity(floorToMultiple(value, instrument.stepSize));
