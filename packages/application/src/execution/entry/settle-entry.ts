import type { Price, Quantity } from "@winiswin/domain/decimal";
import type { OrderIntent, ProtectiveOrder } from "@winiswin/domain/order";
import { entrySideOf } from "@winiswin/domain/order";
import { averagePrice, type EnteringPosition, firstRevision, type OpenPosition, stopOf, targetsOf } from "@winiswin/domain/position";
import type { RiskApproved } from "@winiswin/domain/risk";
import { sleepFor } from "../../ports/clock.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { Fill, OrderReport, PlaceOutcome } from "../../ports/order-gateway.ts";
import type { AccountLease } from "../account/account-lease.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { intendProtection } from "../protection/protection.ts";
import { abandonEntry } from "./abandoned-entries.ts";
import { isFromOurEntry } from "./our-entry.ts";
import { refreshLimits } from "./refresh-limits.ts";

/** How an entry stands after it was driven as far as it goes now. */
export type EntrySettlement =
  | { readonly settled: "open"; readonly position: OpenPosition }
  | { readonly settled: "rejected"; readonly code: string; readonly reason: string }
  | { readonly settled: "unclear"; readonly reason: string };

/** When the exchange is asked about an order whose outcome is unknown. */
const questionPausesMs = [500, 1_000, 2_000, 4_000];
/** When it is asked on while the stop does not stand either: the guard would come only with its next minute. */
const furtherPausesMs = [3_000, 3_000, 3_000, 3_000, 3_000];
/** No further question is begun after so long: slow answers must not use up the time of the function, which others wait for. */
const longestAskingMs = 25_000;
/** Looks that agree on absence must span at least this; the guard looks once a minute. */
const absenceConfirmedAfterMs = 110_000;
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

/**
 * Asks about an entry that may have been sent; used by a redelivery and by the guard.
 *
 * What is held is ours to protect, even while the exchange shows neither the order nor its fills, or does not answer about them. Throws
 * ExchangeError when it cannot be asked and shows nothing: that is no absence.
 */
export async function settleEntry(
  position: EnteringPosition,
  dependencies: ExecutionDependencies,
  stopConfirmedAtMs?: number,
): Promise<EntrySettlement> {
  const { clock, gateway, positions, control, eventBus, logger } = dependencies;
  const { intent } = position;
  const asked = await unlessAway(() => gateway.findOrder(intent.symbol, intent.clientOrderId));
  if (asked.answer !== undefined) return settleFound(position, asked.answer, dependencies, stopConfirmedAtMs);
  const held = (await gateway.positions()).find((open) => open.symbol === intent.symbol && open.direction === intent.direction);
  if (held !== undefined && (await isFromOurEntry(position, held, dependencies))) {
    const fills = await entryFills(position, dependencies);
    const entryPrice = averagePrice(fills) ?? held.entryPrice;
    return settleFilled(position, { quantity: held.quantity, entryPrice, orderId: fills[0]?.orderId }, dependencies, stopConfirmedAtMs);
  }
  if (asked.failure !== undefined) throw asked.failure;
  if (await isWaitedForInVain(position, dependencies)) await tellNeverShown(position, dependencies);
  const firstMissedMs = position.missingSinceMs;
  if (position.sentAtMs !== undefined && (firstMissedMs === undefined || clock.nowMs() - firstMissedMs < absenceConfirmedAfterMs)) {
    if (firstMissedMs === undefined) await positions.update({ ...position, missingSinceMs: clock.nowMs(), version: position.version + 1 });
    return { settled: "unclear", reason: `the exchange does not know ${intent.clientOrderId} so far` };
  }
  // An answer that said it was executed weighs more than any number of looks that do not show it: the looks are late.
  if (position.sentAtMs !== undefined && (await wasAccepted(intent, dependencies)))
    return { settled: "unclear", reason: `the exchange accepted ${intent.clientOrderId} and does not show it so far` };
  const { sentAtMs } = position;
  const reason = sentAtMs === undefined ? "the entry was never sent" : "the exchange knew neither the order nor a position for two minutes";
  await dependencies.orders.recordOutcome(intent, { atMs: clock.nowMs(), outcome: "absent", detail: reason });
  // Unfrozen first: nobody would lift it after a crash between the two.
  if (sentAtMs === undefined) await control.unfreezeSymbol(intent.symbol);
  const isGivenUp = sentAtMs === undefined ? await positions.remove(position) : await abandonEntry({ ...position, sentAtMs }, dependencies);
  if (!isGivenUp) return { settled: "unclear", reason: "another writer changed the position first" };
  await eventBus.publish([{ type: "EntryAbandoned", positionId: intent.positionId, symbol: intent.symbol, reason }]);
  logger.warn("entry abandoned", { positionId: intent.positionId, reason });
  return { settled: "rejected", code: "ABANDONED", reason };
}

/** An accepted entry shows within minutes; what does not is for a person to look at. */
const neverShownAfterMs = 600_000;

/** So long after an entry was accepted and not shown, a person who asks to close its symbol wants it off the books. */
export const isWaitedForInVain = async (position: EnteringPosition, dependencies: ExecutionDependencies): Promise<boolean> =>
  position.sentAtMs !== undefined &&
  dependencies.clock.nowMs() - position.sentAtMs >= neverShownAfterMs &&
  (await wasAccepted(position.intent, dependencies));

async function tellNeverShown({ intent, sentAtMs }: EnteringPosition, { eventBus }: ExecutionDependencies): Promise<void> {
  const { symbol, clientOrderId } = intent;
  const since = sentAtMs === undefined ? "" : ` since ${new Date(sentAtMs).toISOString().slice(0, 16)}Z`;
  const detail = `the exchange accepted the entry ${clientOrderId} and has shown neither it nor a position${since}; its slot and symbol stay taken until it shows or a close of ${symbol} is asked for`;
  await eventBus.publish([{ type: "TroubleSeen", code: "ENTRY_NEVER_SHOWN", symbol, detail }]);
}

async function wasAccepted(intent: OrderIntent, { orders }: Pick<ExecutionDependencies, "orders">): Promise<boolean> {
  const known = (await orders.ofPosition(intent.positionId)).find(({ clientOrderId }) => clientOrderId === intent.clientOrderId);
  return known?.outcomes.some(({ outcome }) => outcome === "accepted") === true;
}

interface Asked<Answer> {
  readonly answer?: Answer | undefined;
  readonly failure?: ExchangeError;
}

async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { failure: error };
  }
}

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

async function settleFound(
  position: EnteringPosition,
  report: OrderReport,
  dependencies: ExecutionDependencies,
  stopConfirmedAtMs?: number,
): Promise<EntrySettlement> {
  const { clock, orders, positions, control } = dependencies;
  const { intent } = position;
  if (report.executedQuantity.gt("0")) {
    const entryPrice = report.averagePrice ?? averagePrice(await entryFills(position, dependencies));
    if (entryPrice === undefined)
      return { settled: "unclear", reason: `the exchange reports ${intent.clientOrderId} as executed but no price yet` };
    return settleFilled(
      position,
      { quantity: report.executedQuantity, entryPrice, orderId: report.orderId },
      dependencies,
      stopConfirmedAtMs,
    );
  }
  if (report.status === "new" || report.status === "partiallyFilled")
    return { settled: "unclear", reason: `${intent.clientOrderId} is not executed yet` };
  await orders.recordOutcome(intent, {
    atMs: clock.nowMs(),
    outcome: report.status === "canceled" ? "canceled" : "rejected",
    detail: report.status,
  });
  await control.unfreezeSymbol(intent.symbol);
  await positions.remove(position);
  return {
    settled: "rejected",
    code: `ENTRY_${report.status.toUpperCase()}`,
    reason: `the exchange ended the entry as ${report.status} without executing it`,
  };
}

async function settleFilled(
  position: EnteringPosition,
  { quantity, entryPrice, orderId }: { readonly quantity: Quantity; readonly entryPrice: Price; readonly orderId: string | undefined },
  dependencies: ExecutionDependencies,
  stopConfirmedAtMs?: number,
): Promise<EntrySettlement> {
  const { clock, positions, orders, control } = dependencies;
  const { intent } = position;
  const open: OpenPosition = {
    intent,
    strategy: position.strategy,
    signalId: position.signalId,
    cycleId: position.cycleId,
    createdAtMs: position.createdAtMs,
    version: position.version + 1,
    state: "open",
    quantity,
    entryPrice,
    entryOrderId: orderId,
    filledAtMs: clock.nowMs(),
    openQuantity: quantity,
    stopPrice: intent.stopPrice,
    stopLeg: "stopLoss",
    stopRevision: firstRevision,
    ...targetsOf(intent, entryPrice, quantity),
    stopConfirmedAtMs,
    missingSinceMs: undefined,
  };
  if (!(await positions.update(open))) return { settled: "unclear", reason: "another writer changed the position first" };
  await orders.recordOutcome(intent, {
    atMs: clock.nowMs(),
    outcome: "filled",
    detail: `${quantity.toFixed()} at ${entryPrice.toFixed()}`,
  });
  await control.unfreezeSymbol(intent.symbol);
  return { settled: "open", position: open };
}

/** None when the exchange does not tell them: an average may then come from elsewhere. */
async function entryFills(position: EnteringPosition, { gateway }: ExecutionDependencies): Promise<readonly Fill[]> {
  const asked = await unlessAway(() => gateway.fillsSince(position.intent.symbol, position.createdAtMs - 1_000));
  return (asked.answer ?? []).filter((fill) => fill.side === entrySideOf(position.intent.direction));
}
