import type { OrderIntent, ProtectiveOrder } from "@winiswin/domain/order";
import { entrySideOf } from "@winiswin/domain/order";
import { type EnteringPosition, firstRevision, stopOf } from "@winiswin/domain/position";
import type { RiskApproved } from "@winiswin/domain/risk";
import { sleepFor } from "../../ports/clock.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { PlaceOutcome } from "../../ports/order-gateway.ts";
import type { AccountLease } from "../account/account-lease.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { intendProtection } from "../protection/protection.ts";
import { refreshLimits } from "./refresh-limits.ts";
import { type EntrySettlement, settleFound } from "./settle-entry.ts";

/** When the exchange is asked about an order whose outcome is unknown. */
const questionPausesMs = [500, 1_000, 2_000, 4_000];
/** When it is asked on while the stop does not stand either: the guard would come only with its next minute. */
const furtherPausesMs = [3_000, 3_000, 3_000, 3_000, 3_000];
/** No further question is begun after so long: slow answers must not use up the time of the function, which others wait for. */
const longestAskingMs = 25_000;
/** What was reviewed longer ago is not sent any more: the process may have been frozen meanwhile, its lease gone. */
const longestReviewAgeMs = 20_000;

/**
 * Writes the intention of an entry: the first of all writes about a position, so that whatever is learnt later has its place.
 *
 * Says what became of it when it was intended before: then it must not be entered a second time.
 */
export async function intendEntry(
  intent: OrderIntent,
  { clock, orders }: Pick<ExecutionDependencies, "clock" | "orders">,
): Promise<{ readonly before: "entered" | "failed" | undefined }> {
  const isNew = await orders.intend({
    positionId: intent.positionId,
    clientOrderId: intent.clientOrderId,
    bot: intent.bot,
    symbol: intent.symbol,
    leg: "entry",
    revision: 0,
    request: `${entrySideOf(intent.direction)} ${intent.quantity.toFixed()} ${intent.symbol} at market, ${intent.leverage}x`,
    intendedAtMs: clock.nowMs(),
  });
  if (isNew) return { before: undefined };
  const known = (await orders.ofPosition(intent.positionId)).find(({ clientOrderId }) => clientOrderId === intent.clientOrderId);
  const outcomes = known?.outcomes ?? [];
  if (outcomes.length === 0) return { before: undefined };
  return { before: outcomes.some(({ outcome }) => outcome === "filled") ? "entered" : "failed" };
}

/**
 * Sends the entry of a position that was never sent: sends once, sends the stop, and finds out what became of it.
 *
 * That it may have been sent is written before it is sent, so a crash leaves "perhaps", never "no". The stop closes whatever is open and
 * needs no quantity, so it follows the answer of the entry at once, also one that leaves the outcome unknown: it is intended beforehand, and
 * nothing is read or written between. Without a position the exchange refuses it.
 */
export async function sendEntry(
  position: EnteringPosition,
  intent: RiskApproved<OrderIntent>,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<EntrySettlement> {
  const { clock, gateway, positions } = dependencies;
  await gateway.prepareSymbol(intent.symbol, intent.leverage);
  const stop = stopOf(intent);
  await intendProtection(intent, stop, firstRevision, dependencies);
  await lease.renew();
  const forbidden = await whatForbidsNow(intent.symbol, dependencies);
  if (forbidden !== undefined) {
    await positions.remove(position);
    return { settled: "rejected", ...forbidden };
  }
  const sent: EnteringPosition = { ...position, sentAtMs: clock.nowMs(), version: position.version + 1 };
  if (!(await positions.update(sent))) return { settled: "unclear", reason: "another writer changed the position first" };
  if (clock.nowMs() - position.createdAtMs > longestReviewAgeMs) {
    await positions.remove(sent);
    return { settled: "rejected", code: "REVIEW_TOO_OLD", reason: "too much time passed between the review and the sending" };
  }
  const outcome = await gateway.placeEntry(intent);
  const stopOutcome = outcome.outcome === "rejected" ? undefined : await placeStopAtOnce(stop, dependencies);
  const stopConfirmedAtMs = stopOutcome?.outcome === "accepted" ? clock.nowMs() : undefined;
  await recordPlaced(intent, outcome, dependencies);
  const intendedStop = { positionId: intent.positionId, clientOrderId: stop.clientOrderId };
  if (stopOutcome !== undefined) await recordPlaced(intendedStop, stopOutcome, dependencies);
  if (outcome.outcome === "rejected") {
    await dependencies.orders.recordOutcome(intendedStop, {
      atMs: clock.nowMs(),
      outcome: "absent",
      detail: "there is nothing to protect",
    });
    await positions.remove(sent);
    if (outcome.meaning === "limitsBroken") await refreshLimits(intent.symbol, dependencies);
    return {
      settled: "rejected",
      code: `EXCHANGE_REJECTED${outcome.code === undefined ? "" : `_${outcome.code}`}`,
      reason: outcome.reason,
    };
  }
  return askUntilClear(sent, outcome, stopConfirmedAtMs, dependencies);
}

/** Seconds may lie between the review and the sending: a stop that a person wished meanwhile counts. */
async function whatForbidsNow(
  symbol: string,
  { control }: Pick<ExecutionDependencies, "control">,
): Promise<{ readonly code: string; readonly reason: string } | undefined> {
  const [halt, requests] = await Promise.all([control.halt(), control.closeRequests()]);
  if (halt !== undefined) return { code: "HALTED", reason: `entries were halted just before it was sent: ${halt.reason}` };
  const request = requests.find((wish) => wish.symbol === undefined || wish.symbol === symbol);
  return request === undefined ? undefined : { code: "CLOSE_REQUESTED", reason: `a close was requested meanwhile: ${request.reason}` };
}

/** One try: what the exchange does not take now (it may not see the position yet) is placed and answered for by the protection. */
async function placeStopAtOnce(stop: ProtectiveOrder, { gateway, logger }: ExecutionDependencies): Promise<PlaceOutcome> {
  try {
    return await gateway.placeProtection(stop);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("stop could not be placed with the entry", { symbol: stop.symbol, reason: error.message });
    return { outcome: "unknown", reason: error.message };
  }
}

const recordPlaced = (
  { positionId, clientOrderId }: Pick<OrderIntent, "positionId" | "clientOrderId">,
  outcome: PlaceOutcome,
  { clock, orders }: Pick<ExecutionDependencies, "clock" | "orders">,
): Promise<void> =>
  orders.recordOutcome(
    { positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "" : outcome.reason },
  );

/** Asks with growing pauses, and tries the stop again each time while it does not stand: the exchange may see the position by then. */
async function askUntilClear(
  position: EnteringPosition,
  { outcome }: PlaceOutcome,
  firstConfirmedAtMs: number | undefined,
  dependencies: ExecutionDependencies,
): Promise<EntrySettlement> {
  const { clock, gateway, control, eventBus, logger } = dependencies;
  const { intent } = position;
  const stop = stopOf(intent);
  const begunAtMs = clock.nowMs();
  let stopConfirmedAtMs = firstConfirmedAtMs;
  // Before the questions: whoever dies over them must leave the symbol closed.
  if (outcome === "unknown") await control.freezeSymbol(intent.symbol, outcomeUnknown(intent), clock.nowMs());
  for (const [index, pauseMs] of [0, ...questionPausesMs, ...furtherPausesMs].entries()) {
    if (index > questionPausesMs.length && stopConfirmedAtMs !== undefined) break;
    if (pauseMs > 0) {
      await sleepFor(clock, pauseMs);
      if (stopConfirmedAtMs === undefined && (await placeStopAtOnce(stop, dependencies)).outcome === "accepted")
        stopConfirmedAtMs = clock.nowMs();
    }
    if (clock.nowMs() - begunAtMs > longestAskingMs) break;
    try {
      const found = await gateway.findOrder(intent.symbol, intent.clientOrderId);
      if (found === undefined || found.status === "new" || found.status === "partiallyFilled") continue;
      const settlement = await settleFound(position, found, dependencies, stopConfirmedAtMs);
      if (settlement.settled !== "unclear") return settlement;
    } catch (error) {
      // A question that failed is no answer: it is asked again.
      if (!(error instanceof ExchangeError)) throw error;
      logger.warn("entry could not be asked about", { positionId: intent.positionId, reason: error.message });
    }
  }
  const reason = outcomeUnknown(intent);
  await control.freezeSymbol(intent.symbol, reason, clock.nowMs());
  await eventBus.publish([{ type: "SymbolFrozen", symbol: intent.symbol, reason }]);
  return { settled: "unclear", reason };
}

const outcomeUnknown = ({ clientOrderId }: OrderIntent): string => `the outcome of ${clientOrderId} is still unknown`;
