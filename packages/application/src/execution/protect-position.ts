import { clientOrderIdOf, exitSideOf, type OrderIntent, type ProtectiveOrder } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection, type OpenPosition } from "@winiswin/domain/position";
import { sleepFor } from "../ports/clock.ts";
import type { OrderGateway, PlaceOutcome, ProtectionReport } from "../ports/order-gateway.ts";
import type { AccountLease } from "./account-lease.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { announceUnprotected } from "./open-position.ts";

/** How a position stands after its protection was brought in line. */
export type Protection =
  | { readonly protection: "complete"; readonly placed: readonly string[] }
  | { readonly protection: "closing"; readonly reason: string }
  | { readonly protection: "positionGone" }
  | { readonly protection: "unprotected"; readonly reason: string };

/** Right after a fill the exchange may not see the position yet (-4509). */
const visibilityRetries = 6;
const visibilityPauseMs = 500;

/**
 * Brings the orders on the exchange in line with `desiredProtection`: the stop first, then the target; cancels our orders of other revisions.
 *
 * A stop that cannot be placed means: close at market, at once. A target that cannot be placed is reported and tried again by the guard,
 * because the stop stands.
 */
export async function protectPosition(
  position: OpenPosition,
  onExchange: readonly ProtectionReport[],
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Protection> {
  const placed: string[] = [];
  const desired = desiredProtection(position);
  const ours = onExchange.filter(
    (report) => report.symbol === position.intent.symbol && report.side === exitSideOf(position.intent.direction),
  );
  for (const stray of ours.filter(
    (report) => report.closePosition && !desired.some((order) => order.clientOrderId === report.clientOrderId),
  )) {
    // The exchange allows one closePosition order of a kind: a stray one would keep ours out.
    await dependencies.gateway.cancelProtection(stray.symbol, stray.clientOrderId);
  }
  for (const order of desired) {
    if (ours.some((report) => report.clientOrderId === order.clientOrderId)) continue;
    await lease.renew();
    const outcome = await placeOnce(position, order, dependencies);
    if (outcome.outcome === "accepted") {
      placed.push(order.leg);
      continue;
    }
    const answer = await answerFailure(position, order, outcome, dependencies);
    if (answer !== undefined) return answer;
  }
  const confirmed = await dependencies.positions.update({
    ...position,
    stopConfirmedAtMs: dependencies.clock.nowMs(),
    version: position.version + 1,
  });
  return confirmed
    ? { protection: "complete", placed }
    : { protection: "unprotected", reason: "another writer changed the position first" };
}

/** Writes the intention of a stop or target. */
export async function intendProtection(
  { bot, positionId }: Pick<OrderIntent, "bot" | "positionId">,
  { clientOrderId, symbol, leg, triggerPrice }: ProtectiveOrder,
  revision: number,
  { clock, orders }: Pick<ExecutionDependencies, "clock" | "orders">,
): Promise<void> {
  const request = `${leg} ${symbol}, trigger ${triggerPrice.toFixed()}, closes the position`;
  await orders.intend({ positionId, clientOrderId, bot, symbol, leg, revision, request, intendedAtMs: clock.nowMs() });
}

async function placeOnce(
  position: OpenPosition,
  order: ProtectiveOrder,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<PlaceOutcome> {
  await intendProtection(position.intent, order, order.leg === "stopLoss" ? position.stopRevision : position.targetRevision, {
    clock,
    orders,
  });
  let outcome = await gateway.placeProtection(order);
  for (let attempt = 0; attempt < visibilityRetries && mayRetry(outcome); attempt++) {
    await sleepFor(clock, visibilityPauseMs);
    // Sending a closePosition order again is safe: the exchange refuses a second one of a kind.
    const known = outcome.outcome === "unknown" ? await gateway.findProtection(order.symbol, order.clientOrderId) : undefined;
    outcome = known?.status === "new" ? { outcome: "accepted" } : await gateway.placeProtection(order);
  }
  if (outcome.outcome === "rejected" && outcome.meaning === "alreadyProtected") outcome = await makeRoom(order, outcome, gateway);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: order.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "" : outcome.reason },
  );
  return outcome;
}

/** The exchange allows one closePosition order of a kind: when it is ours all is well, a stray one is taken away and ours placed once more. */
async function makeRoom(order: ProtectiveOrder, refused: PlaceOutcome, gateway: OrderGateway): Promise<PlaceOutcome> {
  const known = await gateway.findProtection(order.symbol, order.clientOrderId);
  if (known?.status === "new") return { outcome: "accepted" };
  const strays = (await gateway.openProtections()).filter(
    (report) =>
      report.symbol === order.symbol && report.leg === order.leg && report.closePosition && report.clientOrderId !== order.clientOrderId,
  );
  if (strays.length === 0) return refused;
  for (const stray of strays) await gateway.cancelProtection(stray.symbol, stray.clientOrderId);
  return gateway.placeProtection(order);
}

const mayRetry = (outcome: PlaceOutcome): boolean =>
  outcome.outcome === "unknown" || (outcome.outcome === "rejected" && (outcome.meaning === "needsPosition" || outcome.meaning === "busy"));

/** Undefined when life goes on without this order. */
async function answerFailure(
  position: OpenPosition,
  order: ProtectiveOrder,
  outcome: Exclude<PlaceOutcome, { outcome: "accepted" }>,
  dependencies: ExecutionDependencies,
): Promise<Protection | undefined> {
  const { gateway, logger } = dependencies;
  const { symbol, positionId } = position.intent;
  const isHeld = (await gateway.positions()).some((held) => held.symbol === symbol && held.direction === position.intent.direction);
  if (!isHeld) return { protection: "positionGone" };
  const hasCome = outcome.outcome === "rejected" && outcome.meaning === "wouldTriggerImmediately";
  if (order.leg === "takeProfit" && !hasCome) {
    logger.error("target could not be placed; the stop stands", { positionId, reason: outcome.reason });
    return undefined;
  }
  const reason = hasCome
    ? `the ${order.leg} ${order.triggerPrice.toFixed()} was passed before it could be placed`
    : `the stop could not be placed: ${outcome.reason}`;
  return closePosition(position, reason, dependencies);
}

/** Closes what is open at market and says so; the guard repeats it until the exchange shows nothing open. */
export async function closePosition(position: OpenPosition, reason: string, dependencies: ExecutionDependencies): Promise<Protection> {
  const closing: ClosingPosition = { ...position, state: "closing", closeReason: reason, closeRevision: 1, version: position.version + 1 };
  if (!(await dependencies.positions.update(closing)))
    return { protection: "unprotected", reason: "another writer changed the position first" };
  return finishClosing(closing, dependencies);
}

/** Sends the market close of a position that is to be closed; reduce-only, so a repetition can never open the other way. */
export async function finishClosing(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<Protection> {
  const { clock, gateway, orders } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  const clientOrderId = clientOrderIdOf(bot, positionId, "close", position.closeRevision);
  const held = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
  if (held === undefined) return { protection: "positionGone" };
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

/** While a close is refused or in doubt, a stop is better than none; it is placed again under its own id, which the exchange knows once. */
async function restoreStop(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<void> {
  const { clock, gateway, orders } = dependencies;
  const [stop] = desiredProtection({ ...position, state: "open" });
  if (stop === undefined) return;
  await intendProtection(position.intent, stop, position.stopRevision, dependencies);
  const outcome = await gateway.placeProtection(stop);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: stop.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "while the close waits" : outcome.reason },
  );
}
