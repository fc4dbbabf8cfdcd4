import { exitSideOf, isOrderOf, type ProtectiveOrder } from "@winiswin/domain/order";
import { desiredProtection, firstRevision, type OpenPosition, stopOf } from "@winiswin/domain/position";
import { sleepFor } from "../ports/clock.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { ExchangePosition, OrderGateway, PlaceOutcome, ProtectionReport } from "../ports/order-gateway.ts";
import type { AccountLease } from "./account-lease.ts";
import { closePosition } from "./close-position.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { exitOrderState } from "./exit-orders.ts";
import { intendProtection, type PlacedOrder, type Protection } from "./protection.ts";

/** Right after a fill the exchange may not see the position yet (-4509). */
const visibilityRetries = 6;
const visibilityPauseMs = 500;
const cancelAttempts = 3;

/**
 * Brings the orders on the exchange in line with `desiredProtection`: the first stop, then the moved one, then the targets.
 *
 * A first stop that cannot be placed means: close at market, at once. A stop is replaced by placing the new one and then cancelling the old
 * one, targets the other way round, so that there is never too little stop and never too much target: while an old target may still rest, no
 * new one is placed. A moved stop or a target that cannot be placed is reported and tried again by the guard, because the first stop stands.
 */
export async function protectPosition(
  position: OpenPosition,
  onExchange: readonly ProtectionReport[],
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Protection> {
  const desired = desiredProtection(position);
  const ours = onExchange.filter(
    (report) => report.symbol === position.intent.symbol && report.side === exitSideOf(position.intent.direction),
  );
  const strays = ours.filter((report) => !desired.some((order) => order.clientOrderId === report.clientOrderId));
  const isOurs = (report: ProtectionReport): boolean => isOrderOf(position.intent.bot, report.clientOrderId);
  // The exchange allows one closePosition stop: a stray one, whosever it is, would keep ours out.
  for (const stray of strays.filter(({ leg, closePosition }) => leg === "stopLoss" && closePosition))
    await dependencies.gateway.cancelProtection(stray.symbol, stray.clientOrderId);
  const placed: PlacedOrder[] = [];
  let isMovedStopMissing = false;
  let mayPlaceTargets: boolean | undefined;
  for (const order of desired) {
    if (order.leg === "takeProfit") {
      mayPlaceTargets ??= await areGone(
        strays.filter((stray) => stray.leg !== "stopLoss" && isOurs(stray)),
        dependencies,
      );
      if (!mayPlaceTargets) break;
    }
    if (ours.some((report) => report.clientOrderId === order.clientOrderId)) continue;
    if (order.leg === "stopLoss" && position.stopConfirmedAtMs !== undefined && (await isResting(order, dependencies))) continue;
    await lease.renew();
    const isFirst = await intendProtection(position.intent, order, revisionOf(position, order), dependencies);
    // Missing and intended before: it may have triggered, and placing it once more would take twice.
    if (!isFirst && order.quantity !== undefined && (await isAtWork(order, dependencies))) continue;
    const outcome = await placeOnce(position, order, dependencies);
    if (outcome.outcome === "accepted") {
      placed.push({ leg: order.leg, isFirst });
      continue;
    }
    const answer = await answerFailure(position, order, outcome, dependencies);
    if (answer !== undefined) return answer;
    if (order.leg === "breakeven" || order.leg === "trailing") isMovedStopMissing = true;
  }
  // Without a target to place the old ones have to go all the same.
  if (mayPlaceTargets === undefined)
    await areGone(
      strays.filter((stray) => stray.leg !== "stopLoss" && isOurs(stray)),
      dependencies,
    );
  if (!isMovedStopMissing)
    await areGone(
      strays.filter((stray) => stray.leg === "stopLoss" && !stray.closePosition && isOurs(stray)),
      dependencies,
    );
  const confirmed = await dependencies.positions.update({
    ...position,
    stopConfirmedAtMs: dependencies.clock.nowMs(),
    version: position.version + 1,
  });
  return confirmed
    ? { protection: "complete", placed }
    : { protection: "unprotected", reason: "another writer changed the position first" };
}

/**
 * Places the first stop where it is missing: it closes whatever is open, so nothing has to be known about fills or targets.
 *
 * Undefined when it rests. One that cannot be placed means: close at market, at once.
 */
export async function restoreFirstStop(
  position: OpenPosition,
  onExchange: readonly ProtectionReport[],
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Protection | undefined> {
  const stop = stopOf(position.intent);
  if (onExchange.some((report) => report.clientOrderId === stop.clientOrderId)) return undefined;
  if (position.stopConfirmedAtMs !== undefined && (await isResting(stop, dependencies))) return undefined;
  await lease.renew();
  const isFirst = await intendProtection(position.intent, stop, firstRevision, dependencies);
  const outcome = await placeOnce(position, stop, dependencies);
  if (outcome.outcome === "accepted") return { protection: "complete", placed: [{ leg: "stopLoss", isFirst }] };
  return answerFailure(position, stop, outcome, dependencies);
}

/** Cancels orders of ours and makes sure of it; false when one of them may still rest, which the guard then finds. */
async function areGone(reports: readonly ProtectionReport[], dependencies: ExecutionDependencies): Promise<boolean> {
  let areAllGone = true;
  for (const report of reports) areAllGone = (await isGone(report, dependencies)) && areAllGone;
  return areAllGone;
}

/** A cancellation may be sent again: what is gone cannot be cancelled twice. */
async function isGone({ symbol, clientOrderId }: ProtectionReport, { clock, gateway, logger }: ExecutionDependencies): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await gateway.cancelProtection(symbol, clientOrderId);
    if (outcome.outcome === "accepted") return true;
    if (attempt === cancelAttempts) {
      logger.warn("an order may still rest although it was canceled", { symbol, clientOrderId, reason: outcome.reason });
      return false;
    }
    await sleepFor(clock, visibilityPauseMs);
  }
}

const revisionOf = (position: OpenPosition, order: ProtectiveOrder): number => {
  if (order.leg !== "takeProfit") return order.leg === "stopLoss" ? 1 : position.stopRevision;
  return position.targets.find((target) => target.price.eq(order.triggerPrice))?.revision ?? position.targetRevision;
};

async function placeOnce(
  position: OpenPosition,
  order: ProtectiveOrder,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<PlaceOutcome> {
  let outcome = await gateway.placeProtection(order);
  for (let attempt = 0; attempt < visibilityRetries && mayRetry(outcome); attempt++) {
    await sleepFor(clock, visibilityPauseMs);
    // Sending again is safe only where the exchange refuses a second one; what it knows in any state is not sent again.
    const known = outcome.outcome === "unknown" ? await gateway.findProtection(order.symbol, order.clientOrderId) : undefined;
    outcome = isPlaced(known) ? { outcome: "accepted" } : await gateway.placeProtection(order);
  }
  if (outcome.outcome === "rejected" && outcome.meaning === "alreadyProtected") outcome = await makeRoom(order, outcome, gateway);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: order.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "" : outcome.reason },
  );
  return outcome;
}

async function isAtWork({ symbol, clientOrderId }: ProtectiveOrder, { gateway }: ExecutionDependencies): Promise<boolean> {
  const { state } = await exitOrderState(gateway, symbol, clientOrderId);
  return state === "waiting" || state === "executed";
}

/** Whether a first stop that was confirmed once, and is not in the list, rests all the same; without an answer it is placed again. */
async function isResting({ symbol, clientOrderId }: ProtectiveOrder, { gateway }: ExecutionDependencies): Promise<boolean> {
  try {
    return (await gateway.findProtection(symbol, clientOrderId))?.status === "new";
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return false;
  }
}

/** It rests or it has done its work; what ended otherwise has to be placed. */
const isPlaced = (report: ProtectionReport | undefined): boolean =>
  report !== undefined && report.status !== "canceled" && report.status !== "rejected" && report.status !== "expired";

/** The exchange allows one closePosition stop: when it is ours all is well, a stray one is taken away and ours placed once more. */
async function makeRoom(order: ProtectiveOrder, refused: PlaceOutcome, gateway: OrderGateway): Promise<PlaceOutcome> {
  const known = await gateway.findProtection(order.symbol, order.clientOrderId);
  if (known?.status === "new") return { outcome: "accepted" };
  const strays = (await gateway.openProtections()).filter(
    (report) =>
      report.symbol === order.symbol && report.leg === "stopLoss" && report.closePosition && report.clientOrderId !== order.clientOrderId,
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
  const { symbol, positionId, direction } = position.intent;
  const held = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
  if (held === undefined) return { protection: "positionGone" };
  const hasCome = (outcome.outcome === "rejected" && outcome.meaning === "wouldTriggerImmediately") || isPassed(order, held);
  const level = order.triggerPrice.toFixed();
  if (order.leg === "stopLoss") {
    const reason = hasCome ? `the stop ${level} was passed before it could be placed` : `the stop could not be placed: ${outcome.reason}`;
    return closePosition(position, { cause: "closed", reason }, dependencies);
  }
  // A stop that has come would have closed the position if it had stood there.
  if (order.leg !== "takeProfit" && hasCome)
    return closePosition(position, { cause: order.leg, reason: `the stop at ${level} was passed before it could be placed` }, dependencies);
  if (order.leg === "takeProfit" && hasCome) return takeAtMarket(position, order, dependencies);
  logger.error("order could not be placed; the first stop stands", { positionId, leg: order.leg, reason: outcome.reason });
  return undefined;
}

/** A stop looks at the mark price. Of a target only the exchange's refusal tells, because it looks at the last price. */
function isPassed({ leg, triggerPrice, direction }: ProtectiveOrder, { markPrice }: ExchangePosition): boolean {
  if (leg === "takeProfit") return false;
  return direction === "long" ? markPrice.lte(triggerPrice) : markPrice.gte(triggerPrice);
}

/** A target that has come is taken at market, under the id that its conditional order would have had: that was refused and is free. */
async function takeAtMarket(
  position: OpenPosition,
  order: ProtectiveOrder,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<undefined> {
  const { clientOrderId, symbol, direction } = order;
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity: order.quantity ?? position.openQuantity });
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "at market" : outcome.reason },
  );
}
