import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection, type OpenPosition } from "@winiswin/domain/position";
import type { ExitReason } from "@winiswin/domain/trade";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { announceUnprotected } from "./open-position.ts";
import { intendProtection, type Protection } from "./protection.ts";

/** Why a position is closed at market: in a word for the statistics and in a sentence for people. */
export interface CloseDecision {
  readonly cause: ExitReason;
  readonly reason: string;
}

/** Closes what is open at market and says so; the guard repeats it until the exchange shows nothing open. */
export async function closePosition(
  position: OpenPosition,
  { cause, reason }: CloseDecision,
  dependencies: ExecutionDependencies,
): Promise<Protection> {
  const closing: ClosingPosition = {
    ...position,
    state: "closing",
    closeCause: cause,
    closeReason: reason,
    closeRevision: 1,
    version: position.version + 1,
  };
  if (!(await dependencies.positions.update(closing)))
    return { protection: "unprotected", reason: "another writer changed the position first" };
  return sendClose(closing, dependencies);
}

/** Goes on with a close that was decided before: a former attempt may have reached the exchange. */
export async function finishClosing(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<Protection> {
  const current = await nextAttempt(position, dependencies);
  if (current === undefined) return { protection: "unprotected", reason: "another writer changed the position first" };
  return sendClose(current, dependencies);
}

/**
 * Sends the market close of what the exchange shows as open; reduce-only, so a repetition can never open the other way.
 *
 * The targets go first: one that triggers meanwhile would claim a part of what is closed. The stops stay until the position is gone.
 */
async function sendClose(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<Protection> {
  const { clock, gateway, orders } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  const held = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
  if (held === undefined) return { protection: "positionGone" };
  for (const order of desiredProtection(position)) {
    if (order.leg === "takeProfit") await gateway.cancelProtection(symbol, order.clientOrderId);
  }
  const clientOrderId = clientOrderIdOf(bot, positionId, "close", position.closeRevision);
  await orders.intend({
    positionId,
    clientOrderId,
    bot,
    symbol,
    leg: "close",
    revision: position.closeRevision,
    request: `${exitSideOf(direction)} ${held.quantity.toFixed()} ${symbol} at market, reduce only: ${position.closeReason}`,
    intendedAtMs: clock.nowMs(),
  });
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity: held.quantity });
  await orders.recordOutcome(
    { positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? position.closeReason : outcome.reason },
  );
  if (outcome.outcome === "accepted") return { protection: "closing", reason: position.closeReason };
  if (outcome.outcome === "rejected" && outcome.meaning === "nothingToReduce") return { protection: "positionGone" };
  await restoreStop(position, dependencies);
  const detail = `the market close did not go through: ${outcome.reason}`;
  await announceUnprotected(position, detail, dependencies);
  return { protection: "unprotected", reason: detail };
}

/** A close that reached the exchange and left something open is followed by one under the next number: fills are told apart by orders. */
async function nextAttempt(position: ClosingPosition, { gateway, positions }: ExecutionDependencies): Promise<ClosingPosition | undefined> {
  const { bot, positionId, symbol } = position.intent;
  const known = await gateway.findOrder(symbol, clientOrderIdOf(bot, positionId, "close", position.closeRevision));
  if (known === undefined) return position;
  const next: ClosingPosition = { ...position, closeRevision: position.closeRevision + 1, version: position.version + 1 };
  return (await positions.update(next)) ? next : undefined;
}

/** While a close is refused or in doubt, a stop is better than none; it is placed again under its own id, which the exchange knows once. */
async function restoreStop(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<void> {
  const { clock, gateway, orders } = dependencies;
  const [stop] = desiredProtection(position);
  if (stop === undefined) return;
  await intendProtection(position.intent, stop, 1, dependencies);
  const outcome = await gateway.placeProtection(stop);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: stop.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "while the close waits" : outcome.reason },
  );
}
