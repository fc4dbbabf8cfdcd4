import type { CycleId } from "./cycle.ts";
import { asPrice, asUsdt, type Price, type Quantity, toNumber, type Usdt } from "./decimal.ts";
import { type Direction, signOf } from "./direction.ts";
import type { HeldPosition } from "./exit/exit-rules.ts";
import { fitTargets, isWaiting, planTargets, type Target } from "./exit/targets.ts";
import { clientOrderIdOf, type OrderIntent, type ProtectiveOrder, type StopLeg } from "./order.ts";
import type { ExitReason } from "./trade.ts";

/** One position per symbol and cycle: `2026-11-21T10:15:00Z#BTCUSDT` sorts by the time it was opened. */
export const positionIdOf = (cycleId: CycleId, symbol: string): string => `${cycleId}#${symbol}`;

interface PositionFacts {
  readonly intent: OrderIntent;
  readonly strategy: string;
  readonly signalId: string;
  readonly cycleId: CycleId;
  readonly createdAtMs: number;
  /** Counts every change; a write names the version it read, so two writers cannot both win. */
  readonly version: number;
}

/** The entry is intended; from `sentAtMs` on it may be on the exchange, whatever the answer said. */
export interface EnteringPosition extends PositionFacts {
  readonly state: "entering";
  readonly sentAtMs: number | undefined;
  /** When the exchange was first asked and knew neither the order nor a position; one look is not proof. */
  readonly missingSinceMs: number | undefined;
}

/** Filled: there is something to protect. */
export interface OpenPosition extends PositionFacts {
  readonly state: "open";
  /** What the entry filled. */
  readonly quantity: Quantity;
  /** What of it is still open, as the exchange showed it last. */
  readonly openQuantity: Quantity;
  readonly entryPrice: Price;
  /** The exchange's number of the entry, by which its fills are told from everybody else's; undefined where it never showed. */
  readonly entryOrderId?: string | undefined;
  readonly filledAtMs: number;
  /** Where the position is left at the worst; `stopLeg` says what put the stop there. It never moves against the position. */
  readonly stopPrice: Price;
  readonly stopLeg: StopLeg;
  /** The farthest target. */
  readonly targetPrice: Price;
  readonly targets: readonly Target[];
  /** The last numbers that were given to a stop and to a target. */
  readonly stopRevision: number;
  readonly targetRevision: number;
  /** When a stop on the exchange was last seen or placed; undefined means unprotected so far. */
  readonly stopConfirmedAtMs: number | undefined;
  readonly missingSinceMs: number | undefined;
}

/** A market close is intended or sent. */
export interface ClosingPosition extends Omit<OpenPosition, "state"> {
  readonly state: "closing";
  readonly closeCause: ExitReason;
  readonly closeReason: string;
  readonly closeRevision: number;
}

export type Position = EnteringPosition | OpenPosition | ClosingPosition;

/**
 * An entry that was sent and that the exchange knew in none of two looks. It is no position and takes no slot; it is kept for a while because
 * the exchange may only be slow to show it, and then it is ours.
 */
export interface AbandonedEntry extends PositionFacts {
  readonly state: "abandoned";
  readonly sentAtMs: number;
  readonly abandonedAtMs: number;
}

/** The number of the first stop and the first target of a position; a moved one gets the next. */
export const firstRevision = 1;

/** The first stop of an intended position: it closes whatever is open and stays until the end. */
export const stopOf = ({ bot, positionId, symbol, direction, stopPrice }: OrderIntent): ProtectiveOrder => ({
  leg: "stopLoss",
  clientOrderId: clientOrderIdOf(bot, positionId, "stopLoss", firstRevision),
  symbol,
  direction,
  triggerPrice: stopPrice,
  quantity: undefined,
});

/** The targets that the fill of an entry gets, and what is derived from them. */
export function targetsOf(
  intent: OrderIntent,
  entryPrice: Price,
  quantity: Quantity,
): Pick<OpenPosition, "targets" | "targetPrice" | "targetRevision"> {
  const { direction, stopPrice, targetPrice, exitTerms } = intent;
  if (exitTerms === undefined) {
    const only: Target = { tier: 2, price: targetPrice, quantity, revision: firstRevision, taken: undefined };
    return { targets: [only], targetPrice, targetRevision: firstRevision };
  }
  const targets = planTargets({ direction, entryPrice, stopPrice, farthestPrice: targetPrice, quantity, terms: exitTerms });
  const last = targets.at(-1);
  return { targets, targetPrice: last?.price ?? targetPrice, targetRevision: last?.revision ?? firstRevision };
}

/**
 * What must rest on the exchange for the position: the first stop, then the stop that was moved, then the targets that wait.
 *
 * The first stop closes whatever is open and is never moved, so that the position has a stop while a nearer one is replaced: the exchange
 * takes only one of its kind (-4130), but any number of reduce-only ones with a quantity. The targets sum to at most what is open.
 */
export function desiredProtection(position: Omit<OpenPosition, "state">): readonly ProtectiveOrder[] {
  const { bot, positionId, symbol, direction } = position.intent;
  const first = stopOf(position.intent);
  const moved: readonly ProtectiveOrder[] =
    position.stopLeg === "stopLoss"
      ? []
      : [
          {
            leg: position.stopLeg,
            clientOrderId: clientOrderIdOf(bot, positionId, position.stopLeg, position.stopRevision),
            symbol,
            direction,
            triggerPrice: position.stopPrice,
            quantity: position.openQuantity,
          },
        ];
  const targets = position.targets.filter(isWaiting).map(
    (target): ProtectiveOrder => ({
      leg: "takeProfit",
      clientOrderId: targetOrderIdOf(position, target),
      symbol,
      direction,
      triggerPrice: target.price,
      quantity: target.quantity,
    }),
  );
  return [first, ...moved, ...targets];
}

export const targetOrderIdOf = ({ intent: { bot, positionId } }: Pick<PositionFacts, "intent">, { revision }: Target): string =>
  clientOrderIdOf(bot, positionId, "takeProfit", revision);

/** The position with its stop at a better price; itself when that is no improvement, because a stop never moves against a position. */
export function withStopAt(position: OpenPosition, leg: Exclude<StopLeg, "stopLoss">, stopPrice: Price): OpenPosition {
  const isBetter = position.intent.direction === "long" ? stopPrice.gt(position.stopPrice) : stopPrice.lt(position.stopPrice);
  return isBetter ? { ...position, stopLeg: leg, stopPrice, stopRevision: position.stopRevision + 1 } : position;
}

/** The position with so much still open: the targets and a moved stop are cut to it. */
export function withOpenQuantity(position: OpenPosition, openQuantity: Quantity): OpenPosition {
  if (openQuantity.eq(position.openQuantity)) return position;
  const { targets, lastRevision } = fitTargets(position.targets, openQuantity, position.targetRevision);
  const stopRevision = position.stopLeg === "stopLoss" ? position.stopRevision : position.stopRevision + 1;
  return { ...position, openQuantity, targets, targetRevision: lastRevision, stopRevision };
}

/** What the exit rules look at. */
export const heldPositionOf = (position: OpenPosition): HeldPosition => ({
  direction: position.intent.direction,
  entryPrice: toNumber(position.entryPrice),
  firstStopPrice: toNumber(position.intent.stopPrice),
  filledAtMs: position.filledAtMs,
  hasTaken: position.targets.some((target) => !isWaiting(target)),
  isTrailing: position.targets.length > 0 && !position.targets.some(isWaiting),
});

/**
 * What is lost at the first stop, fees and slippage included: that of the intent for what was really filled, at the price at which it was.
 *
 * A fill beyond the stop has no distance to it: then the planned one counts.
 */
export function initialRiskOf({ intent, quantity, entryPrice }: Pick<OpenPosition, "intent" | "quantity" | "entryPrice">): Usdt {
  const planned = intent.initialRisk.times(quantity).div(intent.quantity);
  const worse = intent.direction === "long" ? entryPrice.minus(intent.entryPrice) : intent.entryPrice.minus(entryPrice);
  const isBeyondStop = entryPrice
    .minus(intent.stopPrice)
    .times(String(signOf(intent.direction)))
    .lte("0");
  return asUsdt((isBeyondStop ? planned : planned.plus(worse.times(quantity))).round(12));
}

/** The result of the price alone, without fees, signed. */
export const unrealisedProfit = (direction: Direction, entryPrice: Price, at: Price, quantity: Quantity): Usdt =>
  asUsdt(signOf(direction) === 1 ? at.minus(entryPrice).times(quantity) : entryPrice.minus(at).times(quantity));

/** The volume-weighted price of fills, rounded to 12 decimals (no tick is finer); undefined without quantity. */
export function averagePrice(fills: readonly { price: Price; quantity: Quantity }[]): Price | undefined {
  const [first, ...others] = fills;
  if (first === undefined) return undefined;
  const total = others.reduce((sum, fill) => sum.plus(fill.quantity), first.quantity.plus("0"));
  if (total.eq("0")) return undefined;
  const notional = others.reduce((sum, fill) => sum.plus(fill.price.times(fill.quantity)), first.price.times(first.quantity));
  return asPrice(notional.div(total).round(12));
}
