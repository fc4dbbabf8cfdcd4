import type { Price, Quantity } from "@winiswin/domain/decimal";
import type { OrderIntent } from "@winiswin/domain/order";
import { entrySideOf } from "@winiswin/domain/order";
import { averagePrice, type EnteringPosition, firstRevision, type OpenPosition, targetsOf } from "@winiswin/domain/position";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { Fill, OrderReport } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { abandonEntry } from "./abandoned-entries.ts";
import { isFromOurEntry } from "./our-entry.ts";

/** How an entry stands after it was driven as far as it goes now. */
export type EntrySettlement =
  | { readonly settled: "open"; readonly position: OpenPosition }
  | { readonly settled: "rejected"; readonly code: string; readonly reason: string }
  | { readonly settled: "unclear"; readonly reason: string };

/** Looks that agree on absence must span at least this; the guard looks once a minute. */
const absenceConfirmedAfterMs = 110_000;

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

export async function settleFound(
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
