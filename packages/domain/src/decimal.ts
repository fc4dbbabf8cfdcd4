import createBig, { type Big } from "big.js";

/** Exact decimal arithmetic: strict, so that a JavaScript number given to it throws instead of leaking a float into money. */
const Decimal = createBig();
Decimal.strict = true;
// Quotients only size positions and average prices; 30 digits are far below any tick, and rounding down never adds risk.
Decimal.DP = 30;
Decimal.RM = Decimal.roundDown;
// Binance refuses exponents: "1e-7" is not a quantity on the wire.
Decimal.NE = -100;
Decimal.PE = 100;

export type { Big as DecimalValue };

declare const unit: unique symbol;

/** Quote asset per base asset. */
export type Price = Big & { readonly [unit]: "price" };
/** In base asset, never negative: the direction says which way. */
export type Quantity = Big & { readonly [unit]: "quantity" };
/** An amount of USDT, signed where it is a result. */
export type Usdt = Big & { readonly [unit]: "usdt" };

/** Parses a decimal string; throws on anything else, a number included. */
export const decimal = (text: string): Big => new Decimal(text);
export const price = (text: string): Price => new Decimal(text) as Price;
export const quantity = (text: string): Quantity => new Decimal(text) as Quantity;
export const usdt = (text: string): Usdt => new Decimal(text) as Usdt;

export const asPrice = (value: Big): Price => value as Price;
export const asQuantity = (value: Big): Quantity => value as Quantity;
export const asUsdt = (value: Big): Usdt => value as Usdt;

export const zeroUsdt: Usdt = usdt("0");
export const zeroQuantity: Quantity = quantity("0");

/** quantity x price. */
export const notionalOf = (amount: Quantity, at: Price): Usdt => amount.times(at) as Usdt;

export const smallest = <Value extends Big>(first: Value, ...others: Value[]): Value =>
  others.reduce((least, value) => (value.lt(least) ? value : least), first);

/** The plain decimal notation, without exponent. */
export const toText = (value: Big): string => value.toFixed();

/** A money value as float64, for looking at only (charts, statistics); there is no way back. */
export const toNumber = (value: Big): number => Number(value.toFixed());

/** The largest multiple of `step` not above `value`; exact, where a float quotient would fall a step short. */
export const floorToMultiple = (value: Big, step: Big): Big => value.minus(value.mod(step));
