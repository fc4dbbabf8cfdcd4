import { asPrice, asQuantity, type DecimalValue, decimal, floorToMultiple, type Price, type Quantity, smallest } from "../decimal.ts";
import { type Direction, signOf } from "../direction.ts";
import type { ExitTerms } from "./exit-terms.ts";

/** A part of a position that is taken at a price; what no target takes trails. */
export interface Target {
  readonly tier: 1 | 2;
  readonly price: Price;
  readonly quantity: Quantity;
  /** The number of the order that stands for it; one that had to be replaced gets the next free number. */
  readonly revision: number;
  /** What was taken of it; undefined while it waits. */
  readonly taken: { readonly quantity: Quantity; readonly price: Price; readonly atMs: number } | undefined;
}

/** The share of the position that the first and the second target take, and where the first lies in multiples of the distance to the stop. */
export const firstShare = "0.3";
export const bothShares = "0.7";
export const firstMultiple = "1";
/** Where the second lies: farther when the market runs. */
export const secondMultipleIn = (isTrend: boolean): string => (isTrend ? "2" : "1.5");

export interface TargetPlan {
  readonly direction: Direction;
  readonly entryPrice: Price;
  readonly stopPrice: Price;
  /** As far as the signal promised; no target lies beyond. */
  readonly farthestPrice: Price;
  readonly quantity: Quantity;
  readonly terms: ExitTerms;
}

const zero = decimal("0");

/**
 * The targets of a filled position: 30 % at 1R, 40 % at the second multiple, and 30 % that trails.
 *
 * A part that the exchange would find too small is merged: first the two targets into one at the first price, so that the stop still moves to
 * breakeven there; when that leaves a part too small as well, everything goes at the second price. Quantities are on the step grid and sum to
 * at most the position; prices are rounded toward the entry.
 */
export function planTargets(plan: TargetPlan): readonly Target[] {
  const { quantity, terms } = plan;
  const first = priceAt(plan, decimal(firstMultiple));
  const second = priceAt(plan, terms.secondMultiple);
  const shareOf = (share: string): DecimalValue => floorToMultiple(quantity.times(decimal(share)), terms.stepSize);
  const [atFirst, atBoth] = [shareOf(firstShare), shareOf(bothShares)];
  const rest = quantity.minus(atBoth);
  const isEnough = (part: DecimalValue, price: Price): boolean =>
    part.gt(zero) && part.gte(terms.minQuantity) && part.times(price).gte(terms.minNotional);
  const target = (tier: 1 | 2, price: Price, part: DecimalValue, revision: number): Target => ({
    tier,
    price,
    quantity: asQuantity(part),
    revision,
    taken: undefined,
  });
  if (!isEnough(atBoth, first) || !isEnough(rest, plan.stopPrice)) return [target(2, second, quantity, 1)];
  if (first.eq(second) || !isEnough(atFirst, first) || !isEnough(atBoth.minus(atFirst), second)) return [target(1, first, atBoth, 1)];
  return [target(1, first, atFirst, 1), target(2, second, atBoth.minus(atFirst), 2)];
}

/** On the tick grid, not beyond the farthest price, and at least one tick on the winning side of the entry. */
function priceAt({ direction, entryPrice, stopPrice, farthestPrice, terms }: TargetPlan, multiple: DecimalValue): Price {
  const { tickSize } = terms;
  const isLong = signOf(direction) === 1;
  const distance = entryPrice.minus(stopPrice).abs().times(multiple);
  const wanted = isLong ? entryPrice.plus(distance) : entryPrice.minus(distance);
  const promised = isLong ? smallest(wanted, farthestPrice) : wanted.gt(farthestPrice) ? wanted : farthestPrice;
  const floor = floorToMultiple(promised, tickSize);
  const rounded = isLong || floor.eq(promised) ? floor : floor.plus(tickSize);
  const nearest = isLong
    ? floorToMultiple(entryPrice, tickSize).plus(tickSize)
    : floorToMultiple(entryPrice, tickSize).minus(entryPrice.mod(tickSize).eq(zero) ? tickSize : zero);
  const beyondEntry = isLong ? rounded.gte(nearest) : rounded.lte(nearest);
  const chosen = beyondEntry ? rounded : nearest;
  return asPrice(chosen.gt(zero) ? chosen : tickSize);
}

/** Where a target lies in float64, off the grid: for a position that nobody opened. */
export function targetLevel(
  {
    direction,
    entryPrice,
    stopPrice,
    farthestPrice,
  }: { readonly direction: Direction; readonly entryPrice: number; readonly stopPrice: number; readonly farthestPrice: number },
  multiple: number,
): number {
  const sign = signOf(direction);
  return entryPrice + sign * Math.min(multiple * Math.abs(entryPrice - stopPrice), (farthestPrice - entryPrice) * sign);
}

export const isWaiting = (target: Target): boolean => target.taken === undefined;

/** How the targets look when only so much is open: the nearer ones keep theirs, the farther ones get what is left. */
export function fitTargets(
  targets: readonly Target[],
  openQuantity: Quantity,
  lastRevision: number,
): { readonly targets: readonly Target[]; readonly lastRevision: number } {
  let free: DecimalValue = openQuantity;
  let revision = lastRevision;
  const fitted = targets.flatMap((target): readonly Target[] => {
    if (!isWaiting(target)) return [target];
    const part = smallest(target.quantity, asQuantity(free));
    free = free.minus(part);
    if (part.eq(target.quantity)) return [target];
    return part.gt(zero) ? [{ ...target, quantity: part, revision: ++revision }] : [];
  });
  return { targets: fitted, lastRevision: revision };
}
