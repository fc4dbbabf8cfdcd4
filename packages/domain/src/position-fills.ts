import { asQuantity, type Quantity, zeroQuantity } from "./decimal.ts";
import type { OrderSide } from "./order.ts";

/** The fills of one position: from its first entry until nothing of it was open any more. */
export interface PositionFills<Fill> {
  readonly entries: readonly Fill[];
  readonly exits: readonly Fill[];
  /** Entries less exits; 0 when it is over. */
  readonly openQuantity: Quantity;
  /** It was open and is gone: what is held on the symbol since then is another position. */
  readonly isOver: boolean;
}

/**
 * Takes the fills of one position out of those of its symbol, which are ascending by time.
 *
 * What left before the first entry belongs to the position before it. A fill that closes more than was open (somebody turned the position
 * round) ends it and counts whole, because the exchange tells its fee and result whole.
 */
export function fillsOfPosition<Fill extends { readonly side: OrderSide; readonly quantity: Quantity }>(
  fills: readonly Fill[],
  entrySide: OrderSide,
): PositionFills<Fill> {
  const entries: Fill[] = [];
  const exits: Fill[] = [];
  let open = zeroQuantity;
  for (const fill of fills) {
    if (fill.side === entrySide) {
      entries.push(fill);
      open = asQuantity(open.plus(fill.quantity));
    } else if (entries.length > 0) {
      exits.push(fill);
      if (fill.quantity.gte(open)) return { entries, exits, openQuantity: zeroQuantity, isOver: true };
      open = asQuantity(open.minus(fill.quantity));
    }
  }
  return { entries, exits, openQuantity: open, isOver: false };
}
