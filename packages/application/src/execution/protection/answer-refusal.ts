import type { ProtectiveOrder } from "@winiswin/domain/order";
import type { OpenPosition } from "@winiswin/domain/position";
import type { ExchangePosition, PlaceOutcome } from "../../ports/order-gateway.ts";
import { closePosition } from "../closing/close-position.ts";
import { refreshLimits } from "../entry/refresh-limits.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import type { Protection } from "./protection.ts";

/** Who is named in the halt of everything after the exchange has refused a first stop for good. */
export const refusedStopHaltBy = "the stop protection";

type Refusal = Exclude<PlaceOutcome, { outcome: "accepted" }>;

/**
 * What follows when a stop or target could not be placed; undefined when life goes on without this order, because the first stop stands.
 *
 * Without the first stop the position is closed at market, at once.
 */
export async function answerRefusal(
  position: OpenPosition,
  order: ProtectiveOrder,
  refusal: Refusal,
  isFirst: boolean,
  dependencies: ExecutionDependencies,
): Promise<Protection | undefined> {
  const { gateway, logger, eventBus } = dependencies;
  const { symbol, positionId, direction } = position.intent;
  const held = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
  if (held === undefined) return { protection: "unseen", reason: `the exchange shows no ${direction} in ${symbol}` };
  const hasCome = (refusal.outcome === "rejected" && refusal.meaning === "wouldTriggerImmediately") || isPassed(order, held);
  const level = order.triggerPrice.toFixed();
  if (order.leg !== "takeProfit" && hasCome) {
    // A stop that has come would have closed the position if it had stood there.
    return closePosition(position, { cause: order.leg, reason: `the stop at ${level} was passed before it could be placed` }, dependencies);
  }
  if (order.leg === "stopLoss") {
    const reason = `the stop could not be placed: ${refusal.reason}`;
    // Closed before anything is looked up or written that could fail.
    const closed = await closePosition(position, { cause: "closed", reason }, dependencies);
    if (isForGood(refusal) || (await wasClosedLikeThis(dependencies))) await haltEntries(refusal.reason, dependencies);
    if (areLimitsBroken(refusal)) await refreshLimits(symbol, dependencies);
    return closed;
  }
  if (areLimitsBroken(refusal)) await refreshLimits(symbol, dependencies);
  if (hasCome) {
    await takeAtMarket(position, order, dependencies);
    return undefined;
  }
  logger.error("order could not be placed; the first stop stands", { positionId, leg: order.leg, reason: refusal.reason });
  // Told when it is missed first; the guard tries again every minute.
  const detail = `the ${order.leg === "takeProfit" ? "target" : "moved stop"} at ${level} could not be placed: ${refusal.reason}`;
  if (isFirst) await eventBus.publish([{ type: "ProtectionPending", positionId, symbol, detail }]);
  return undefined;
}

const areLimitsBroken = (refusal: Refusal): boolean => refusal.outcome === "rejected" && refusal.meaning === "limitsBroken";

/** Nothing that passes by itself: the next entry would meet the same. */
const isForGood = (refusal: Refusal): boolean => refusal.outcome === "rejected" && refusal.meaning === "other";

/** Within so long a second position that is closed for want of a stop is no chance any more. */
const chanceMs = 2 * 3_600_000;

async function wasClosedLikeThis({ clock, trades, configuration }: ExecutionDependencies): Promise<boolean> {
  const latest = await trades.latest(configuration.bot, 20);
  return latest.some(({ exitReason, closedAtMs }) => exitReason === "closed" && clock.nowMs() - closedAtMs < chanceMs);
}

/** An exchange that takes entries and refuses stops would have every entry closed again at once, cycle after cycle, for the fees. */
async function haltEntries(reason: string, { clock, control, eventBus }: ExecutionDependencies): Promise<void> {
  if ((await control.halt()) !== undefined) return;
  const atMs = clock.nowMs();
  const sentence = `the exchange refuses stops (${reason}), so nothing is entered until somebody has looked and resumed`;
  await control.setHalt({ reason: sentence, by: refusedStopHaltBy, atMs });
  await eventBus.publish([{ type: "EntriesHalted", code: "STOPS_REFUSED", reason: sentence, atMs }]);
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
): Promise<void> {
  const { clientOrderId, symbol, direction } = order;
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity: order.quantity ?? position.openQuantity });
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "at market" : outcome.reason },
  );
}
