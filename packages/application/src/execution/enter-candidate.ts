import { type EnteringPosition, firstRevision, type OpenPosition, type Position, stopOf } from "@winiswin/domain/position";
import { reviewOrder } from "@winiswin/domain/risk";
import type { Signal } from "@winiswin/domain/signal";
import { sleepFor } from "../ports/clock.ts";
import type { Decision } from "../ports/cycle-store.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { AccountLease } from "./account-lease.ts";
import { finishClosing } from "./close-position.ts";
import type { TradingDependencies } from "./execution-dependencies.ts";
import { announceOpened, announceUnprotected } from "./open-position.ts";
import { planEntry } from "./plan-entry.ts";
import { protectPosition } from "./protect-position.ts";
import { intendProtection, type Protection } from "./protection.ts";
import { type Candidate, decisionOf } from "./rank-candidates.ts";
import type { ReviewFacts } from "./review-facts.ts";
import { collectRiskContext, topOf } from "./risk-context.ts";
import { type EntrySettlement, intendEntry, sendEntry, settleEntry } from "./settle-entry.ts";
import { leaveBeforeLiquidation } from "./watch-liquidation.ts";

/** One cycle enters a symbol at most once. */
export const isEntryOf = ({ cycleId, symbol }: Pick<Signal, "cycleId" | "symbol">, position: Position): boolean =>
  position.cycleId === cycleId && position.intent.symbol === symbol;

/** Sizes, reviews, enters and protects one candidate; whoever began it before is gone on from. */
export async function enterCandidate(
  candidate: Candidate,
  facts: ReviewFacts,
  lease: AccountLease,
  dependencies: TradingDependencies,
): Promise<Decision> {
  try {
    return await enter(candidate, facts, lease, dependencies);
  } catch (error) {
    // A read that failed leaves nothing half done here; whatever was sent is stored, and the guard goes on from there.
    if (!(error instanceof ExchangeError)) throw error;
    dependencies.logger.error("entry failed", { symbol: candidate.signal.symbol, reason: error.message });
    return decisionOf(candidate, "failed", [{ code: `EXCHANGE_${error.kind.toUpperCase()}`, reason: error.message }]);
  }
}

async function enter(candidate: Candidate, facts: ReviewFacts, lease: AccountLease, dependencies: TradingDependencies): Promise<Decision> {
  const { signal } = candidate;
  const { clock, positions, gateway, configuration } = dependencies;
  const [stored, held, balance] = await Promise.all([positions.open(configuration.bot), gateway.positions(), gateway.balance()]);
  const existing = stored.find((position) => isEntryOf(signal, position));
  if (existing !== undefined) return resume(candidate, existing, lease, dependencies);

  const instrument = (await dependencies.instruments.load()).find((listed) => listed.symbol === signal.symbol);
  if (instrument === undefined)
    return decisionOf(candidate, "refused", [{ code: "NOT_TRADABLE", reason: `${signal.symbol} is not among the listed instruments` }]);
  const [context, orderBook, brackets, takerFeeRate] = await Promise.all([
    collectRiskContext({ signal, instrument, balance, stored, held }, facts, dependencies),
    dependencies.marketData.orderBook(signal.symbol),
    gateway.leverageBrackets(signal.symbol),
    gateway.takerFeeRate(signal.symbol),
  ]);
  const book = topOf(orderBook);
  const planned = planEntry({ signal, instrument, book, balance, brackets, takerFeeRate, configuration });
  if (!planned.ok) return decisionOf(candidate, "refused", [planned.failure]);
  const verdict = reviewOrder(planned.value, { ...context, ...book, book: orderBook });
  if (verdict.verdict === "refused") return decisionOf(candidate, "refused", verdict.refusals);

  await gateway.requireOneWayMode();
  await lease.renew();
  const entering: EnteringPosition = {
    state: "entering",
    intent: verdict.value,
    strategy: signal.strategy,
    signalId: signal.signalId,
    cycleId: signal.cycleId,
    createdAtMs: clock.nowMs(),
    version: 1,
    sentAtMs: undefined,
    missingSinceMs: undefined,
  };
  const { before } = await intendEntry(verdict.value, dependencies);
  if (before !== undefined)
    return decisionOf(candidate, before, [{ code: "OVER_ALREADY", reason: "a former delivery of this cycle tried it, and it is over" }]);
  if (!(await positions.create(entering)))
    throw new Error(`the position ${verdict.value.positionId} appeared while this writer held the lease`);
  return afterEntry(candidate, await sendEntry(entering, verdict.value, lease, dependencies), lease, dependencies);
}

/** A former delivery came this far: find out how the entry stands, never send it again. */
async function resume(candidate: Candidate, position: Position, lease: AccountLease, dependencies: TradingDependencies): Promise<Decision> {
  if (position.state === "entering") return afterEntry(candidate, await settleEntry(position, dependencies), lease, dependencies);
  if (position.state === "open") return afterEntry(candidate, { settled: "open", position }, lease, dependencies);
  return decisionOf(candidate, "entered", [{ code: "CLOSING", reason: position.closeReason }]);
}

async function afterEntry(
  candidate: Candidate,
  settlement: EntrySettlement,
  lease: AccountLease,
  dependencies: TradingDependencies,
): Promise<Decision> {
  if (settlement.settled === "rejected") return decisionOf(candidate, "failed", [{ code: settlement.code, reason: settlement.reason }]);
  if (settlement.settled === "unclear") {
    await placeStopUnseen(candidate, dependencies);
    return decisionOf(candidate, "failed", [{ code: "OUTCOME_UNKNOWN", reason: settlement.reason }]);
  }
  const { position } = settlement;
  const protection = await protectPersistently(position, lease, dependencies);
  await announceOpened(position, dependencies);
  if (protection.protection === "complete") return decisionOf(candidate, "entered", await leaveBeforeLiquidation(position, dependencies));
  if (protection.protection === "unprotected") await announceUnprotected(position, protection.reason, dependencies);
  const reason = protection.protection === "positionGone" ? "the position was closed before it could be protected" : protection.reason;
  return decisionOf(candidate, "entered", [
    { code: protection.protection === "closing" ? "CLOSED_AT_ONCE" : "PROTECTION_PENDING", reason },
  ]);
}

/**
 * Places the stop of an entry whose outcome could not be learnt: it needs no quantity, and without a position the exchange refuses it.
 *
 * The best that can be done blindly; the guard finds out the rest.
 */
async function placeStopUnseen(candidate: Candidate, dependencies: TradingDependencies): Promise<void> {
  const { positions, configuration, clock, gateway, orders, logger } = dependencies;
  const stored = (await positions.open(configuration.bot)).find((position) => isEntryOf(candidate.signal, position));
  if (stored?.state !== "entering" || stored.sentAtMs === undefined) return;
  const stop = stopOf(stored.intent);
  await intendProtection(stored.intent, stop, firstRevision, dependencies);
  const outcome = await gateway.placeProtection(stop);
  await orders.recordOutcome(
    { positionId: stored.intent.positionId, clientOrderId: stop.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "placed unseen" : outcome.reason },
  );
  logger.warn("stop placed unseen", { positionId: stored.intent.positionId, outcome: outcome.outcome });
}

const protectionPauseMs = 500;
const protectionAttempts = 6;

/**
 * Protects without asking first what rests on the exchange: right after a fill every request before the stop is time without it.
 *
 * When the exchange cannot be read, it is tried again for a few seconds from what is stored by then; after that the guard goes on.
 */
async function protectPersistently(opened: OpenPosition, lease: AccountLease, dependencies: TradingDependencies): Promise<Protection> {
  const { clock, gateway, positions, logger } = dependencies;
  const { bot, positionId } = opened.intent;
  let position: Position | undefined = opened;
  for (let attempt = 1; ; attempt++) {
    try {
      if (position === undefined) return { protection: "positionGone" };
      if (position.state === "closing") return await finishClosing(position, dependencies);
      if (position.state === "entering") return { protection: "unprotected", reason: "another writer changed the position first" };
      return await protectPosition(position, attempt === 1 ? [] : await gateway.openProtections(), lease, dependencies);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      logger.error("protection failed", { positionId, attempt, reason: error.message });
      if (attempt === protectionAttempts) return { protection: "unprotected", reason: error.message };
      await sleepFor(clock, protectionPauseMs);
      position = await positions.find(bot, positionId);
    }
  }
}
