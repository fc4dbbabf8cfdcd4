import type { CycleId } from "./cycle.ts";
import { asPrice, asUsdt, type Price, type Quantity, type Usdt } from "./decimal.ts";
import { type Direction, signOf } from "./direction.ts";
import { clientOrderIdOf, type OrderIntent, type ProtectiveOrder } from "./order.ts";

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
  readonly quantity: Quantity;
  readonly entryPrice: Price;
  readonly filledAtMs: number;
  readonly stopPrice: Price;
  readonly targetPrice: Price;
  readonly stopRevision: number;
  readonly targetRevision: number;
  /** When a stop on the exchange was last seen or placed; undefined means unprotected so far. */
  readonly stopConfirmedAtMs: number | undefined;
  readonly missingSinceMs: number | undefined;
}

/** A market close is intended or sent. */
export interface ClosingPosition extends Omit<OpenPosition, "state"> {
  readonly state: "closing";
  readonly closeReason: string;
  readonly closeRevision: number;
}

export type Position = EnteringPosition | OpenPosition | ClosingPosition;

/** The number of the first stop and the first target of a position; a moved one gets the next. */
export const firstRevision = 1;

/** The first stop of an intended position. */
export const stopOf = ({ bot, positionId, symbol, direction, stopPrice }: OrderIntent): ProtectiveOrder => ({
  leg: "stopLoss",
  clientOrderId: clientOrderIdOf(bot, positionId, "stopLoss", firstRevision),
  symbol,
  direction,
  triggerPrice: stopPrice,
});

/** What must rest on the exchange for the position: the stop first, then the target. */
export function desiredProtection(position: OpenPosition): readonly ProtectiveOrder[] {
  const { bot, positionId, symbol, direction } = position.intent;
  return [
    {
      leg: "stopLoss",
      clientOrderId: clientOrderIdOf(bot, positionId, "stopLoss", position.stopRevision),
      symbol,
      direction,
      triggerPrice: position.stopPrice,
    },
    {
      leg: "takeProfit",
      clientOrderId: clientOrderIdOf(bot, positionId, "takeProfit", position.targetRevision),
      symbol,
      direction,
      triggerPrice: position.targetPrice,
    },
  ];
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
