import { exitSideOf, isOrderOf, type ProtectiveOrder } from "@winiswin/domain/order";
import { desiredProtection, firstRevision, type OpenPosition, stopOf } from "@winiswin/domain/position";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ProtectionReport } from "../../ports/order-gateway.ts";
import type { AccountLease } from "../account/account-lease.ts";
import { exitOrderState } from "../closing/exit-orders.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { answerRefusal } from "./answer-refusal.ts";
import { areGone } from "./cancel-orders.ts";
import { placeProtection, standsIn } from "./place-protection.ts";
import { intendProtection, type PlacedOrder, type Protection } from "./protection.ts";

/**
 * Brings the orders on the exchange in line with `desiredProtection`: the first stop, then the moved one, then the targets.
 *
 * A first stop that cannot be placed means: close at market, at once. A stop is replaced by placing the new one and then cancelling the old
 * one, targets the other way round, so that there is never too little stop and never too much target: while an old target may still rest, no
 * new one is placed. A moved stop or a target that cannot be placed is told and tried again by the guard, because the first stop stands.
 *
 * `onExchange` is undefined right after an entry: then nothing was looked at, and the stop stands when its placing was answered.
 */
export async function protectPosition(
  position: OpenPosition,
  onExchange: readonly ProtectionReport[] | undefined,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Protection> {
  const { intent } = position;
  const desired = desiredProtection(position);
  const beside = (onExchange ?? []).filter((report) => report.symbol === intent.symbol && report.side === exitSideOf(intent.direction));
  const strays = straysAmong(beside, position, desired);
  const placed: PlacedOrder[] = [];
  let isMovedStopMissing = false;
  for (const order of desired.filter(({ leg }) => leg !== "takeProfit")) {
    if (isListed(order, beside) || (order.leg === "stopLoss" && (await isStopped(position, order, onExchange, dependencies)))) continue;
    const attempt = await placeMissing(position, order, lease, dependencies);
    if (attempt.answer !== undefined) return attempt.answer;
    placed.push(...attempt.placed);
    if (attempt.isMissing && order.leg !== "stopLoss") isMovedStopMissing = true;
  }
  if (await areGone(strays.targets, dependencies)) {
    for (const order of desired.filter(({ leg }) => leg === "takeProfit")) {
      if (isListed(order, beside)) continue;
      const attempt = await placeMissing(position, order, lease, dependencies);
      if (attempt.answer !== undefined) return attempt.answer;
      placed.push(...attempt.placed);
    }
  }
  if (!isMovedStopMissing) await areGone(strays.movedStops, dependencies);
  const { clock, positions } = dependencies;
  const isWritten = await positions.update({ ...position, stopConfirmedAtMs: clock.nowMs(), version: position.version + 1 });
  return isWritten
    ? { protection: "complete", placed }
    : { protection: "unprotected", reason: "another writer changed the position first" };
}

const isListed = ({ clientOrderId }: ProtectiveOrder, listed: readonly ProtectionReport[]): boolean =>
  listed.some((report) => report.clientOrderId === clientOrderId);

/** What is ours and no longer wanted; a stray stop that closes the position is only in the way, and the exchange says so when it is. */
function straysAmong(
  beside: readonly ProtectionReport[],
  { intent: { bot } }: OpenPosition,
  desired: readonly ProtectiveOrder[],
): { readonly targets: readonly ProtectionReport[]; readonly movedStops: readonly ProtectionReport[] } {
  const ours = beside.filter(
    (report) => isOrderOf(bot, report.clientOrderId) && !desired.some(({ clientOrderId }) => clientOrderId === report.clientOrderId),
  );
  return {
    targets: ours.filter(({ leg }) => leg !== "stopLoss"),
    movedStops: ours.filter(({ leg, closePosition }) => leg === "stopLoss" && !closePosition),
  };
}

interface Attempt {
  readonly placed: readonly PlacedOrder[];
  readonly isMissing: boolean;
  /** What ends the protecting: the position is gone, unseen or being closed. */
  readonly answer: Protection | undefined;
}

const nothingPlaced: Attempt = { placed: [], isMissing: false, answer: undefined };

async function placeMissing(
  position: OpenPosition,
  order: ProtectiveOrder,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Attempt> {
  await lease.renew();
  const isFirst = await intendProtection(position.intent, order, revisionOf(position, order), dependencies);
  // Missing and intended before: it may have triggered, and placing it once more would take twice.
  if (!isFirst && order.quantity !== undefined && !(await isSurelyMissing(position, order, dependencies))) return nothingPlaced;
  const outcome = await placeProtection(position, order, dependencies);
  if (outcome.outcome === "accepted") return { ...nothingPlaced, placed: [{ leg: order.leg, isFirst }] };
  return { placed: [], isMissing: true, answer: await answerRefusal(position, order, outcome, isFirst, dependencies) };
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
  if (await isStopped(position, stop, onExchange, dependencies)) return undefined;
  await lease.renew();
  const isFirst = await intendProtection(position.intent, stop, firstRevision, dependencies);
  const outcome = await placeProtection(position, stop, dependencies);
  if (outcome.outcome === "accepted") return { protection: "complete", placed: [{ leg: "stopLoss", isFirst }] };
  return answerRefusal(position, stop, outcome, isFirst, dependencies);
}

/** Whether a first stop that is not in the list stands all the same: known by its id, or drawn nearer by another hand. */
async function isStopped(
  position: OpenPosition,
  stop: ProtectiveOrder,
  listed: readonly ProtectionReport[] | undefined,
  dependencies: ExecutionDependencies,
): Promise<boolean> {
  if (listed === undefined) return position.stopConfirmedAtMs !== undefined;
  const standIn = listed.find((report) => standsIn(report, position, stop));
  if (standIn !== undefined) {
    await tellStandIn(position, standIn, dependencies);
    return true;
  }
  if (position.stopConfirmedAtMs === undefined) return false;
  try {
    return (await dependencies.gateway.findProtection(stop.symbol, stop.clientOrderId))?.status === "new";
  } catch (error) {
    // Without an answer it is placed again.
    if (!(error instanceof ExchangeError)) throw error;
    return false;
  }
}

/** Told once; noted among our orders, so that what it closes is told as the stop that it is. */
async function tellStandIn(
  { intent: { bot, positionId, symbol, direction } }: OpenPosition,
  { clientOrderId, triggerPrice }: ProtectionReport,
  { clock, eventBus, orders }: ExecutionDependencies,
): Promise<void> {
  const request = `a stop of another hand at ${triggerPrice.toFixed()} that closes the position counts in place of ours`;
  const facts = { positionId, clientOrderId, bot, symbol, leg: "stopLoss" as const, revision: firstRevision };
  if (!(await orders.intend({ ...facts, request, intendedAtMs: clock.nowMs() }))) return;
  await eventBus.publish([
    { type: "StopMoved", positionId, symbol, direction, to: triggerPrice.toFixed(), detail: "another hand drew it" },
  ]);
}

const revisionOf = (position: OpenPosition, order: ProtectiveOrder): number => {
  if (order.leg !== "takeProfit") return order.leg === "stopLoss" ? firstRevision : position.stopRevision;
  return position.targets.find((target) => target.price.eq(order.triggerPrice))?.revision ?? position.targetRevision;
};

/** Two looks that agree on the absence of an order that was accepted must lie at least this far apart. */
const absenceConfirmedAfterMs = 30_000;

/** The exchange ended it, or does not know it in two looks that agree: an order that was accepted may only be late to show what it did. */
async function isSurelyMissing(
  { intent: { positionId } }: OpenPosition,
  { symbol, clientOrderId }: ProtectiveOrder,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<boolean> {
  const { state } = await exitOrderState(gateway, symbol, clientOrderId);
  if (state !== "absent") return state === "ended";
  const record = (await orders.ofPosition(positionId)).find((order) => order.clientOrderId === clientOrderId);
  const outcomes = record?.outcomes ?? [];
  if (!outcomes.some(({ outcome }) => outcome === "accepted")) return true;
  const last = outcomes.at(-1);
  if (last?.outcome === "absent") return clock.nowMs() - last.atMs >= absenceConfirmedAfterMs;
  await orders.recordOutcome(
    { positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: "absent", detail: "accepted before and not shown; looked at again before it is placed once more" },
  );
  return false;
}
