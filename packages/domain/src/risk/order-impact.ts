import { asPrice, asQuantity, decimal, type Price, type Quantity } from "../decimal.ts";
import { averagePrice } from "../position.ts";
import type { Protection } from "./protection.ts";
import type { BookLevel } from "./risk-context.ts";

const two = decimal("2");

/** The average price at which a quantity is filled by the levels, the best first; undefined when they hold less. */
export function expectedFill(levels: readonly BookLevel[], quantity: Quantity): Price | undefined {
  const taken: BookLevel[] = [];
  let missing = quantity;
  for (const level of levels) {
    if (level.quantity.gte(missing)) return averagePrice([...taken, { price: level.price, quantity: missing }]);
    taken.push(level);
    missing = asQuantity(missing.minus(level.quantity));
  }
  return undefined;
}

/** What a market order of this size would cost against the mid price: a book that is thin for it eats the edge before the trade began. */
export const orderImpact: Protection = {
  code: "IMPACT_TOO_HIGH",
  reasonAgainst({ symbol, direction, quantity, entryPrice, stopPrice }, { book, limits }) {
    const [bid, ask] = [book?.bids[0], book?.asks[0]];
    if (book === undefined || bid === undefined || ask === undefined) return `the depth of the book of ${symbol} is not known`;
    const levels = direction === "long" ? book.asks : book.bids;
    const fill = expectedFill(levels, quantity);
    if (fill === undefined) return `the best ${levels.length} levels of the book hold less than the ${quantity.toFixed()} to be filled`;
    const mid = asPrice(bid.price.plus(ask.price).div(two));
    const cost = fill.minus(mid).abs();
    const allowed = entryPrice.minus(stopPrice).abs().times(limits.maximumImpactFraction);
    return cost.lte(allowed)
      ? undefined
      : `filling ${quantity.toFixed()} at ${fill.toFixed()} on average costs ${cost.toFixed()} against the mid price, the limit is ${allowed.toFixed(8)}`;
  },
};
