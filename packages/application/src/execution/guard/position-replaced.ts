import { type ClosingPosition, type OpenPosition, stopOf } from "@winiswin/domain/position";
import type { ExchangePosition } from "../../ports/order-gateway.ts";
import { type ExitOrderState, exitOrderState, fillsOf } from "../closing/exit-orders.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { unlessAway } from "../unless-away.ts";
import { isLeft } from "./reconcile-position.ts";

/**
 * Whose a held position is whose first stop does not rest: `ours`, `over` when ours was left and somebody opened another one since, `unclear`
 * when the stop was at work and it is not visible yet what it did.
 *
 * A stop that goes missing by itself is put back; one that has done its work must not be put on what a person has opened meanwhile.
 */
export async function whoseIsHeld(
  position: OpenPosition | ClosingPosition,
  held: ExchangePosition,
  dependencies: ExecutionDependencies,
): Promise<"ours" | "over" | "unclear"> {
  const { gateway } = dependencies;
  const { symbol } = position.intent;
  const [stop, fills] = await Promise.all([
    unlessAway(() => exitOrderState(gateway, symbol, stopOf(position.intent).clientOrderId)),
    unlessAway(() => fillsOf(position, gateway)),
  ]);
  if (fills !== undefined && isLeft(fills, position)) return "over";
  const done = doneOf(stop);
  const mayWait = position.missingSinceMs === undefined;
  // Neither the stop nor the fills tell anything, and beyond the stop a new one would sell at once.
  if (stop === undefined && fills === undefined && mayWait && isBeyondStop(position, held)) return "unclear";
  if (done === undefined) return "ours";
  if (fills?.openQuantity.eq(held.quantity) === true) return "ours";
  if (done.gte(position.openQuantity)) return "over";
  const isRemainder = held.quantity.eq(position.openQuantity.minus(done));
  // Seen twice like this, it is protected rather than waited for.
  return isRemainder || !mayWait ? "ours" : "unclear";
}

const isBeyondStop = ({ intent, stopPrice }: OpenPosition | ClosingPosition, { markPrice }: ExchangePosition): boolean =>
  intent.direction === "long" ? markPrice.lte(stopPrice) : markPrice.gte(stopPrice);

/** How much the stop has taken; undefined when it has not begun. */
function doneOf(stop: ExitOrderState | undefined) {
  return stop?.state === "executed" ? stop.report?.executedQuantity : undefined;
}
