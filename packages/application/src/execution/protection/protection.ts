import type { OrderIntent, ProtectiveOrder } from "@winiswin/domain/order";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/** An order that was placed now; `isFirst` is false when it had been intended before and was missing. */
export interface PlacedOrder {
  readonly leg: ProtectiveOrder["leg"];
  readonly isFirst: boolean;
}

/** How a position stands after its protection was brought in line. */
export type Protection =
  | { readonly protection: "complete"; readonly placed: readonly PlacedOrder[] }
  | { readonly protection: "closing"; readonly reason: string }
  | { readonly protection: "positionGone" }
  /** A market close was refused or is in doubt, and the stop rests. */
  | { readonly protection: "closeRefused"; readonly reason: string }
  /** The exchange shows no position, once: it may be gone, or not visible yet. */
  | { readonly protection: "unseen"; readonly reason: string }
  | { readonly protection: "unprotected"; readonly reason: string };

/** Writes the intention of a stop or target; false when it was written before. */
export function intendProtection(
  { bot, positionId }: Pick<OrderIntent, "bot" | "positionId">,
  { clientOrderId, symbol, leg, triggerPrice, quantity }: ProtectiveOrder,
  revision: number,
  { clock, orders }: Pick<ExecutionDependencies, "clock" | "orders">,
): Promise<boolean> {
  const amount = quantity === undefined ? "closes the position" : `reduces it by ${quantity.toFixed()}`;
  const request = `${leg} ${symbol}, trigger ${triggerPrice.toFixed()}, ${amount}`;
  return orders.intend({ positionId, clientOrderId, bot, symbol, leg, revision, request, intendedAtMs: clock.nowMs() });
}
