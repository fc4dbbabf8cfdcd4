import type { Quantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection, type OpenPosition } from "@winiswin/domain/position";
import type { ExitReason } from "@winiswin/domain/trade";
import { sleepFor } from "../../ports/clock.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExchangePosition, PlaceOutcome } from "../../ports/order-gateway.ts";
import { refreshLimits } from "../entry/refresh-limits.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { announceUnprotected } from "../protection/open-position.ts";
import { intendProtection, type Protection } from "../protection/protection.ts";
import { closeParts } from "./close-parts.ts";
import { claimsText, withdrawClaims } from "./reduce-only-claims.ts";

/** Why a position is closed at market: in a word for the statistics and in a sentence for people. */
export interface CloseDecision {
  readonly cause: ExitReason;
  readonly reason: string;
}

/** When a close is asked about and sent again whose outcome is unknown, or that met a busy exchange; reduce-only never opens the other way. */
const pausesMs = [500, 1_000, 2_000, 4_000];

interface Tries {
  /** What a refusal could be answered with was done: limits read anew, claims of our own orders withdrawn. */
  readonly isMended: boolean;
  readonly waits: number;
}

const firstTry: Tries = { isMended: false, waits: 0 };

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
 * Sends the market close of what the exchange shows as open, in as many orders as the symbol needs; reduce-only, so a repetition can never
 * open the other way.
 *
 * The targets go first: one that triggers meanwhile would claim a part of what is closed. The stops stay until the position is gone.
 */
async function sendClose(position: ClosingPosition, dependencies: ExecutionDependencies, tries: Tries = firstTry): Promise<Protection> {
  const { gateway } = dependencies;
  const held = await heldOf(position, dependencies);
  if (held === undefined) return { protection: "positionGone" };
  const { symbol } = position.intent;
  for (const order of desiredProtection(position)) {
    if (order.leg === "takeProfit") await gateway.cancelProtection(symbol, order.clientOrderId, "the position is closed at market");
  }
  const parts = await closeParts(symbol, held.quantity, dependencies);
  const numbered = await withRevisionsFor(parts.length, position, dependencies);
  if (numbered === undefined) return { protection: "unprotected", reason: "another writer changed the position first" };
  for (const [index, quantity] of parts.entries()) {
    const outcome = await sendPart(numbered, position.closeRevision + index, quantity, dependencies);
    if (outcome.outcome === "accepted") continue;
    if (outcome.outcome === "rejected" && outcome.meaning === "limitsBroken" && !tries.isMended) {
      await refreshLimits(symbol, dependencies);
      return sendClose(numbered, dependencies, { ...tries, isMended: true });
    }
    return answerRefusal(numbered, outcome, dependencies, tries);
  }
  return { protection: "closing", reason: position.closeReason };
}

async function heldOf(
  { intent: { symbol, direction } }: ClosingPosition,
  { gateway }: ExecutionDependencies,
): Promise<ExchangePosition | undefined> {
  return (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
}

/** The last number is stored before the first order is sent: whoever goes on asks about that one and never gives a number twice. */
async function withRevisionsFor(
  orders: number,
  position: ClosingPosition,
  { positions }: ExecutionDependencies,
): Promise<ClosingPosition | undefined> {
  if (orders <= 1) return position;
  const next: ClosingPosition = { ...position, closeRevision: position.closeRevision + orders - 1, version: position.version + 1 };
  return (await positions.update(next)) ? next : undefined;
}

async function sendPart(
  position: ClosingPosition,
  revision: number,
  quantity: Quantity,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<PlaceOutcome> {
  const { bot, positionId, symbol, direction } = position.intent;
  const clientOrderId = clientOrderIdOf(bot, positionId, "close", revision);
  await orders.intend({
    positionId,
    clientOrderId,
    bot,
    symbol,
    leg: "close",
    revision,
    request: `${exitSideOf(direction)} ${quantity.toFixed()} ${symbol} at market, reduce only: ${position.closeReason}`,
    intendedAtMs: clock.nowMs(),
  });
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity });
  await orders.recordOutcome(
    { positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? position.closeReason : outcome.reason },
  );
  return outcome;
}

async function answerRefusal(
  position: ClosingPosition,
  outcome: Exclude<PlaceOutcome, { outcome: "accepted" }>,
  dependencies: ExecutionDependencies,
  tries: Tries,
): Promise<Protection> {
  const isNothing = outcome.outcome === "rejected" && outcome.meaning === "nothingToReduce";
  if (isNothing && (await heldOf(position, dependencies)) === undefined) return { protection: "positionGone" };
  const isStopped = await restoreStop(position, dependencies);
  if (isNothing && !tries.isMended) {
    await withdrawClaims(position, dependencies);
    return sendClose(position, dependencies, { ...tries, isMended: true });
  }
  const pauseMs = pausesMs[tries.waits];
  const mayPass = outcome.outcome === "unknown" || outcome.meaning === "busy";
  // Beyond its stop and without one, a minute until the next run is too long.
  if (!isStopped && mayPass && pauseMs !== undefined) {
    await sleepFor(dependencies.clock, pauseMs);
    const next = await nextAttempt(position, dependencies);
    return next === undefined
      ? { protection: "unprotected", reason: "another writer changed the position first" }
      : sendClose(next, dependencies, { ...tries, waits: tries.waits + 1 });
  }
  const inTheWay = isNothing ? `; ${await claimsText(position.intent, dependencies)}` : "";
  const detail = `the market close did not go through: ${outcome.reason}${inTheWay}`;
  if (!isStopped) {
    await announceUnprotected(position, detail, dependencies);
    return { protection: "unprotected", reason: detail };
  }
  const { symbol } = position.intent;
  await dependencies.eventBus.publish([{ type: "TroubleSeen", code: "CLOSE_REFUSED", symbol, detail: `${detail}; its stop rests` }]);
  return { protection: "closeRefused", reason: detail };
}

/** A close that reached the exchange and left something open is followed by one under the next number: fills are told apart by orders. */
async function nextAttempt(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<ClosingPosition | undefined> {
  const { positions } = dependencies;
  if (!(await mayBeKnown(position, dependencies))) return position;
  const next: ClosingPosition = { ...position, closeRevision: position.closeRevision + 1, version: position.version + 1 };
  return (await positions.update(next)) ? next : undefined;
}

/** What cannot be asked about counts as known: under another number a reduce-only order does no harm. */
async function mayBeKnown({ intent, closeRevision }: ClosingPosition, { gateway }: ExecutionDependencies): Promise<boolean> {
  try {
    const id = clientOrderIdOf(intent.bot, intent.positionId, "close", closeRevision);
    return (await gateway.findOrder(intent.symbol, id)) !== undefined;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return true;
  }
}

/** While a close is refused or in doubt, a stop is better than none; it is placed again under its own id, which the exchange knows once. */
async function restoreStop(position: ClosingPosition, dependencies: ExecutionDependencies): Promise<boolean> {
  const { clock, gateway, orders } = dependencies;
  const [stop] = desiredProtection(position);
  if (stop === undefined) return false;
  await intendProtection(position.intent, stop, 1, dependencies);
  const outcome = await gateway.placeProtection(stop);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: stop.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "while the close waits" : outcome.reason },
  );
  return outcome.outcome === "accepted" || (outcome.outcome === "rejected" && outcome.meaning === "alreadyProtected");
}
