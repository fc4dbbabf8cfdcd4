import { asPrice, type DecimalValue, decimal, floorToMultiple, type Price, type Quantity, type Usdt } from "../decimal.ts";
import { type Direction, signOf } from "../direction.ts";
import type { ExitTerms } from "./exit-terms.ts";

const zero = decimal("0");
const one = decimal("1");

export interface BreakevenInput {
  readonly direction: Direction;
  readonly entryPrice: Price;
  /** What the funding was paid on. */
  readonly quantity: Quantity;
  /** Received minus paid since the entry. */
  readonly funding: Usdt;
  readonly terms: Pick<ExitTerms, "tickSize" | "takerFeeRate" | "slippageRate">;
}

/**
 * The price at which leaving costs nothing: both fees, the slippage of a market exit and the funding paid so far are earned back.
 *
 * Long: p (1 - fee - slippage) = entry (1 + fee) + paid / quantity; short mirrored. On the tick grid, rounded away from loss. Funding that
 * was received does not bring it nearer: it may be paid back at the next settlement.
 */
export function breakevenPrice({ direction, entryPrice, quantity, funding, terms }: BreakevenInput): Price {
  const { takerFeeRate, slippageRate, tickSize } = terms;
  const paid = funding.lt(zero) ? zero.minus(funding) : zero;
  const paidPerUnit = roundedUp(paid, quantity);
  const atExit = takerFeeRate.plus(slippageRate);
  if (direction === "long") {
    const exact = roundedUp(entryPrice.times(one.plus(takerFeeRate)).plus(paidPerUnit), one.minus(atExit));
    const floor = floorToMultiple(exact, tickSize);
    return asPrice(floor.eq(exact) ? floor : floor.plus(tickSize));
  }
  // Quotients round down, which for a short is away from loss.
  const exact = entryPrice.times(one.minus(takerFeeRate)).minus(paidPerUnit).div(one.plus(atExit));
  const floor = floorToMultiple(exact, tickSize);
  return asPrice(floor.gt(zero) ? floor : tickSize);
}

/** The same price in float64, off the grid and without funding: for a position that nobody opened. */
export function breakevenLevel(
  direction: Direction,
  entryPrice: number,
  { takerFeeRate, slippageRate }: { readonly takerFeeRate: number; readonly slippageRate: number },
): number {
  const sign = signOf(direction);
  return (entryPrice * (1 + sign * takerFeeRate)) / (1 - sign * (takerFeeRate + slippageRate));
}

/** Quotients here are rounded down at the 30th digit; a cost must not be. */
const roundedUp = (dividend: DecimalValue, divisor: DecimalValue): DecimalValue => {
  const quotient = dividend.div(divisor);
  return quotient.times(divisor).gte(dividend) ? quotient : quotient.plus(decimal("0.000000000000000000000000000001"));
};
