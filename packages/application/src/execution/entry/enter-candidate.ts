import { clientOrderIdOf } from "@winiswin/domain/order";
import { type EnteringPosition, firstRevision, type OpenPosition, type Position, positionIdOf } from "@winiswin/domain/position";
import { reviewOrder } from "@winiswin/domain/risk";
import type { Signal } from "@winiswin/domain/signal";
import { sleepFor } from "../../ports/clock.ts";
import type { Decision } from "../../ports/cycle-store.ts";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { AccountLease } from "../account/account-lease.ts";
import { haltSharedAccount } from "../account/shared-account.ts";
import { finishClosing } from "../closing/close-position.ts";
import type { TradingDependencies } from "../execution-dependencies.ts";
import { announceOpened, announceUnprotected } from "../protection/open-position.ts";
import { protectPosition } from "../protection/protect-position.ts";
import { placeFirstStopUnseen } from "../protection/protect-unseen.ts";
import type { Protection } from "../protection/protection.ts";
import { leaveBeforeLiquidation } from "../protection/watch-liquidation.ts";
import { unlessAway } from "../unless-away.ts";
import { planEntry } from "./plan-entry.ts";
import { type Candidate, decisionOf } from "./rank-candidates.ts";
import type { ReviewFacts } from "./review-facts.ts";
import { collectRiskContext, topOf } from "./risk-context.ts";
import { intendEntry, sendEntry } from "./send-entry.ts";
import { type EntrySettlement, settleEntry } from "./settle-entry.ts";

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
  const { symbol } = signal;
  const stored = await positions.open(configuration.bot);
  const existing = stored.find((position) => isEntryOf(signal, position));
  if (existing !== undefined) return resume(candidate, existing, lease, dependencies);

  const instrument = (await dependencies.instruments.load()).find((listed) => listed.symbol === symbol);
  if (instrument === undefined)
    return decisionOf(candidate, "refused", [{ code: "NOT_TRADABLE", reason: `${symbol} is not among the listed instruments` }]);
  // Side by side: each round trip to the exchange is time in which the price moves on.
  const [held, balance, orderBook, brackets, takerFeeRate, twin] = await Promise.all([
    gateway.positions(),
    gateway.balance(),
    dependencies.marketData.orderBook(symbol),
    gateway.leverageBrackets(symbol),
    gateway.takerFeeRate(symbol),
    findTwin(signal, dependencies),
    gateway.requireOneWayMode(),
    facts.dayCandles(symbol),
  ]);
  if (twin !== undefined) {
    await haltSharedAccount(twin.reason, dependencies);
    return decisionOf(candidate, "failed", [twin]);
  }
  const context = await collectRiskContext({ signal, instrument, balance, stored, held }, facts, dependencies);
  const book = topOf(orderBook);
  const planned = planEntry({ signal, instrument, book, balance, brackets, takerFeeRate, configuration });
  if (!planned.ok) return decisionOf(candidate, "refused", [planned.failure]);
  const verdict = reviewOrder(planned.value, { ...context, ...book, book: orderBook });
  if (verdict.verdict === "refused") return decisionOf(candidate, "refused", verdict.refusals);

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

/**
 * What the exchange knows under the ids of an entry that nobody here has begun; undefined when there is nothing.
 *
 * It also shows that conditional orders can be asked about: they are a service of their own, and without it there would be no stop.
 */
async function findTwin(
  { cycleId, symbol }: Signal,
  { gateway, orders, configuration: { bot } }: TradingDependencies,
): Promise<Decision["reasons"][number] | undefined> {
  const positionId = positionIdOf(cycleId, symbol);
  const [entry, stop] = await Promise.all([
    gateway.findOrder(symbol, clientOrderIdOf(bot, positionId, "entry", 0)),
    gateway.findProtection(symbol, clientOrderIdOf(bot, positionId, "stopLoss", firstRevision)),
  ]);
  if (entry === undefined && stop === undefined) return undefined;
  // What was tried before and is over is known here.
  if ((await orders.ofPosition(positionId)).some(({ outcomes }) => outcomes.length > 0)) return undefined;
  const reason = `the exchange knows this entry already and our tables do not: another system trades this account as the bot "${bot}", or its tables were emptied`;
  return { code: "ENTRY_OF_ANOTHER_SYSTEM", reason };
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
    await protectInDoubt(candidate, dependencies);
    return decisionOf(candidate, "failed", [{ code: "OUTCOME_UNKNOWN", reason: settlement.reason }]);
  }
  const { position } = settlement;
  const protection = await protectPersistently(position, lease, dependencies);
  await announceOpened(position, dependencies);
  if (protection.protection === "complete") return decisionOf(candidate, "entered", await leaveBeforeLiquidation(position, dependencies));
  if (protection.protection === "unprotected" || protection.protection === "unseen")
    await announceUnprotected(position, protection.reason, dependencies);
  const reason = protection.protection === "positionGone" ? "the position was closed before it could be protected" : protection.reason;
  return decisionOf(candidate, "entered", [
    { code: protection.protection === "closing" ? "CLOSED_AT_ONCE" : "PROTECTION_PENDING", reason },
  ]);
}

/** The best that can be done blindly; the guard finds out the rest. */
async function protectInDoubt(candidate: Candidate, dependencies: TradingDependencies): Promise<void> {
  const { positions, configuration } = dependencies;
  const stored = (await positions.open(configuration.bot)).find((position) => isEntryOf(candidate.signal, position));
  if (stored?.state === "entering" && stored.sentAtMs !== undefined) await placeFirstStopUnseen(stored, dependencies);
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
      const protection = await protectPosition(
        position,
        attempt === 1 ? undefined : await unlessAway(() => gateway.openProtections()),
        lease,
        dependencies,
      );
      // Filled and not shown: absence seen once is no absence.
      if (protection.protection !== "unseen" || attempt === protectionAttempts) return protection;
      await sleepFor(clock, protectionPauseMs);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      logger.error("protection failed", { positionId, attempt, reason: error.message });
      if (attempt === protectionAttempts) return { protection: "unprotected", reason: error.message };
      await sleepFor(clock, protectionPauseMs);
    }
    position = await positions.find(bot, positionId);
  }
}
