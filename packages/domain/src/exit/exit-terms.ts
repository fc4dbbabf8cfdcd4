import type { DecimalValue, Price, Quantity, Usdt } from "../decimal.ts";

/** What the exits of a position need to know of its contract and its signal; kept with it, because the guard asks nobody else. */
export interface ExitTerms {
  readonly tickSize: Price;
  readonly stepSize: Quantity;
  readonly minQuantity: Quantity;
  readonly minNotional: Usdt;
  /** Fractions of notional and of the price. */
  readonly takerFeeRate: DecimalValue;
  readonly slippageRate: DecimalValue;
  /** Where the second target lies, in multiples of the distance to the stop. */
  readonly secondMultiple: DecimalValue;
}
