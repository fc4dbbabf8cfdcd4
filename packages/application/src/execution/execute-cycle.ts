import type { CycleId } from "@winiswin/domain/cycle";
import type { Usdt } from "@winiswin/domain/decimal";
import { type EnteringPosition, firstRevision, type OpenPosition, type Position, stopOf } from "@winiswin/domain/position";
import { reviewOrder } from "@winiswin/domain/risk";
import { signalsHashOf } from "@winiswin/domain/signal";
import { sleepFor } from "../ports/clock.ts";
import type { CycleStore, Decision } from "../ports/cycle-store.ts";
import type { DecisionStore } from "../ports/decision-store.ts";
import type { InstrumentStore } from "../ports/engine-store.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import type { SignalStore } from "../ports/signal-store.ts";
import { AccountBusy, type AccountLease, LeaseLost, waitForAccountLease } from "./account-lease.ts";
import { finishClosing } from "./close-position.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { manageHeld } from "./manage-held.ts";
import { announceOpened, announceUnprotected } from "./open-position.ts";
import { planEntry } from "./plan-entry.ts";
import { protectPosition } from "./protect-position.ts";
import { intendProtection, type Protection } from "./protection.ts";
import { type Candidate, countedByReason, decisionOf, rankCandidates } from "./rank-candidates.ts";
import { collectReviewFacts, type ReviewFacts } from "./review-facts.ts";
import { collectRiskContext, topOf } from "./risk-context.ts";
import { type EntrySettlement, intendEntry, sendEntry, settleEntry } from "./settle-entry.ts";

export interface ExecuteDependencies extends Omit<ExecutionDependencies, "gateway"> {
  /** Undefined without keys: then signals are recorded and nothing can be sent. */
  readonly gateway: OrderGateway | undefined;
  readonly marketData: MarketData;
  readonly cycles: CycleStore;
  readonly signals: SignalStore;
  readonly decisions: DecisionStore;
  readonly instruments: InstrumentStore;
}

/**
 * Decides about every signal of an analyzed cycle and opens the best ones, each protected before the next is touched.
 *
 * Safe to repeat at any point: what is stored about a position decides what is still to be done, and the exchange is asked before
 * anything is sent.
 */
export async function executeCycle(cycleId: CycleId, dependencies: ExecuteDependencies): Promise<void> {
  const { clock, cycles, signals, configuration, control, logger } = dependencies;
  const cycle = await cycles.find(cycleId);
  if (cycle === undefined) throw new Error(`the cycle ${cycleId} was announced as analyzed but is not stored`);
  if (cycle.status !== "analyzed") return;
  await cycles.markExecutionStarted(cycleId, clock.nowMs());
  // What is open comes before what could be opened, and whatever keeps entries from being sent.
  if (dependencies.gateway !== undefined) await manageHeld(cycle, { ...dependencies, gateway: dependencies.gateway });
  const announced = await signals.ofCycle(cycleId);
  const { chosen, setAside } = await rankCandidates(cycle, announced, dependencies);

  if (signalsHashOf(announced) !== cycle.signalsHash) {
    // A shard that came at the very deadline: which signals were meant can no longer be told, so none is traded.
    logger.error("stored signals are not the announced ones", { cycleId, stored: announced.length, announced: cycle.signals ?? 0 });
    const reasons = [{ code: "SIGNALS_CHANGED", reason: "the stored signals are not the ones that the cycle announced" }];
    const refused = chosen.map((candidate) => decisionOf(candidate, "refused", reasons));
    return finish(cycleId, { decided: refused, setAside }, undefined, dependencies);
  }
  const { gateway } = dependencies;
  if (gateway === undefined || !configuration.tradingEnabled) {
    const reason = configuration.tradingEnabled
      ? "no exchange key is configured"
      : "ENABLE_TRADING is false: signals are recorded and nothing is sent";
    const refused = chosen.map((candidate) => decisionOf(candidate, "refused", [{ code: "TRADING_DISABLED", reason }]));
    return finish(cycleId, { decided: refused, setAside }, undefined, dependencies);
  }
  const lease = await waitForAccountLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) throw new AccountBusy(`another writer holds the account; ${cycleId} is tried again`);
  try {
    const account = { ...dependencies, gateway };
    const decisions: Decision[] = [];
    const facts = await collectReviewFacts(cycleId, account);
    for (const candidate of chosen) decisions.push(await decide(candidate, facts, lease, account));
    const balance = await gateway.balance();
    await finish(cycleId, { decided: decisions, setAside }, balance.equity, dependencies);
  } catch (error) {
    if (error instanceof LeaseLost) logger.warn("lease lost", { cycleId });
    throw error;
  } finally {
    await lease.release();
  }
}

type AccountDependencies = ExecuteDependencies & { readonly gateway: OrderGateway };

async function finish(
  cycleId: CycleId,
  { decided, setAside }: { readonly decided: readonly Decision[]; readonly setAside: readonly Decision[] },
  equity: Usdt | undefined,
  { clock, cycles, decisions, eventBus, logger, configuration }: ExecuteDependencies,
): Promise<void> {
  const ordered = [...decided].sort((first, second) => first.rank - second.rank);
  const signals = decided.length + setAside.length;
  const orders = ordered.filter((decision) => decision.decision === "entered").length;
  const text = equity?.toFixed();
  // Before the cycle counts as executed: what is executed is explained.
  await decisions.putAll(configuration.bot, cycleId, [...ordered, ...setAside]);
  const isFirst = await cycles.markExecuted(cycleId, {
    executedAtMs: clock.nowMs(),
    decisions: ordered,
    setAside: countedByReason(setAside),
    orders,
    equity: text,
  });
  if (!isFirst) return;
  logger.info("cycle executed", { cycleId, signals, orders });
  await eventBus.publish([
    {
      type: "CycleExecuted",
      cycleId,
      signals,
      orders,
      refusals: ordered
        .filter((decision) => decision.decision === "refused" || decision.decision === "failed")
        .flatMap((decision) => decision.reasons.map(({ code, reason }) => ({ symbol: decision.symbol, code, reason }))),
      equity: text,
    },
  ]);
}

async function decide(candidate: Candidate, facts: ReviewFacts, lease: AccountLease, dependencies: AccountDependencies): Promise<Decision> {
  try {
    return await enter(candidate, facts, lease, dependencies);
  } catch (error) {
    // A read that failed leaves nothing half done here; whatever was sent is stored, and the guard goes on from there.
    if (!(error instanceof ExchangeError)) throw error;
    dependencies.logger.error("entry failed", { symbol: candidate.signal.symbol, reason: error.message });
    return decisionOf(candidate, "failed", [{ code: `EXCHANGE_${error.kind.toUpperCase()}`, reason: error.message }]);
  }
}

async function enter(candidate: Candidate, facts: ReviewFacts, lease: AccountLease, dependencies: AccountDependencies): Promise<Decision> {
  const { signal } = candidate;
  const { clock, positions, gateway, configuration } = dependencies;
  const [stored, held, balance] = await Promise.all([positions.open(configuration.bot), gateway.positions(), gateway.balance()]);
  const existing = stored.find((position) => position.cycleId === signal.cycleId && position.intent.symbol === signal.symbol);
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
  await intendEntry(verdict.value, dependencies);
  if (!(await positions.create(entering)))
    throw new Error(`the position ${verdict.value.positionId} appeared while this writer held the lease`);
  return afterEntry(candidate, await sendEntry(entering, verdict.value, lease, dependencies), lease, dependencies);
}

/** A former delivery came this far: find out how the entry stands, never send it again. */
async function resume(candidate: Candidate, position: Position, lease: AccountLease, dependencies: AccountDependencies): Promise<Decision> {
  if (position.state === "entering") return afterEntry(candidate, await settleEntry(position, dependencies), lease, dependencies);
  if (position.state === "open") return afterEntry(candidate, { settled: "open", position }, lease, dependencies);
  return decisionOf(candidate, "entered", [{ code: "CLOSING", reason: position.closeReason }]);
}

async function afterEntry(
  candidate: Candidate,
  settlement: EntrySettlement,
  lease: AccountLease,
  dependencies: AccountDependencies,
): Promise<Decision> {
  if (settlement.settled === "rejected") return decisionOf(candidate, "failed", [{ code: settlement.code, reason: settlement.reason }]);
  if (settlement.settled === "unclear") {
    await placeStopUnseen(candidate, dependencies);
    return decisionOf(candidate, "failed", [{ code: "OUTCOME_UNKNOWN", reason: settlement.reason }]);
  }
  const { position } = settlement;
  const protection = await protectPersistently(position, lease, dependencies);
  await announceOpened(position, dependencies);
  if (protection.protection === "complete") return decisionOf(candidate, "entered", []);
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
async function placeStopUnseen(candidate: Candidate, dependencies: AccountDependencies): Promise<void> {
  const { positions, configuration, clock, gateway, orders, logger } = dependencies;
  const stored = (await positions.open(configuration.bot)).find(
    (position) => position.cycleId === candidate.signal.cycleId && position.intent.symbol === candidate.signal.symbol,
  );
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
async function protectPersistently(opened: OpenPosition, lease: AccountLease, dependencies: AccountDependencies): Promise<Protection> {
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
