import type { CycleId } from "@winiswin/domain/cycle";
import type { Usdt } from "@winiswin/domain/decimal";
import { concernsTheAccount } from "@winiswin/domain/risk";
import { signalsHashOf } from "@winiswin/domain/signal";
import type { Cycle, Decision } from "../ports/cycle-store.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import { AccountBusy, type AccountLease, LeaseLost, waitForAccountLease } from "./account/account-lease.ts";
import { recordBeforeEntries } from "./closing/record-gone.ts";
import { enterCandidate, isEntryOf } from "./entry/enter-candidate.ts";
import { type Candidate, countedByReason, decisionOf, type RankedCandidates, rankCandidates } from "./entry/rank-candidates.ts";
import { collectAccountFacts, type ReviewFacts } from "./entry/review-facts.ts";
import type { ExecuteDependencies, TradingDependencies } from "./execution-dependencies.ts";
import { manageHeld } from "./manage-held.ts";
import { mayBeNaked } from "./protection/protect-unseen.ts";

/**
 * Decides about every signal of an analyzed cycle and opens the best ones, each protected before the next is touched.
 *
 * Safe to repeat at any point: what is stored about a position decides what is still to be done, and the exchange is asked before
 * anything is sent.
 */
export async function executeCycle(cycleId: CycleId, dependencies: ExecuteDependencies): Promise<void> {
  const { clock, cycles, configuration, control, gateway, logger } = dependencies;
  const cycle = await cycles.find(cycleId);
  if (cycle === undefined) throw new Error(`the cycle ${cycleId} was announced as analyzed but is not stored`);
  if (cycle.status !== "analyzed") return;
  await cycles.markExecutionStarted(cycleId, clock.nowMs());
  const isAnythingHeld = cycle.shards.some(({ held }) => (held ?? []).length > 0);
  if (gateway === undefined || (!configuration.tradingEnabled && !isAnythingHeld)) return decideWithoutTrading(cycle, dependencies);

  const lease = await waitForAccountLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) throw new AccountBusy(`another writer holds the account; ${cycleId} is tried again`);
  try {
    const account = { ...dependencies, gateway };
    // What is open comes before what could be opened, and whatever keeps entries from being sent.
    await manageHeld(cycle, lease, account);
    if (!configuration.tradingEnabled) return await decideWithoutTrading(cycle, dependencies);
    await decideAll(cycle, lease, account);
  } catch (error) {
    if (error instanceof LeaseLost) logger.warn("lease lost", { cycleId });
    throw error;
  } finally {
    await lease.release();
  }
}

async function decideWithoutTrading(cycle: Cycle, dependencies: ExecuteDependencies): Promise<void> {
  const { chosen, setAside, change } = await rankedOf(cycle, dependencies);
  const { configuration, keyRefusal } = dependencies;
  const reason = configuration.tradingEnabled
    ? "no exchange key is configured"
    : (keyRefusal ?? "ENABLE_TRADING is false: signals are recorded and nothing is sent");
  const stop = change ?? { code: "TRADING_DISABLED", reason };
  const refused = chosen.map((candidate) => decisionOf(candidate, "refused", [stop]));
  return finish(cycle.cycleId, { decided: refused, setAside }, undefined, dependencies);
}

async function decideAll(cycle: Cycle, lease: AccountLease, account: TradingDependencies): Promise<void> {
  // Side by side: what the one asks of the exchange has nothing to do with the other.
  const [{ chosen, setAside, change, fundingRates }, accountFacts] = await Promise.all([
    rankedOf(cycle, account),
    recordBeforeEntries(lease, account).then((unrecorded) => collectAccountFacts(cycle.cycleId, account, unrecorded)),
  ]);
  if (change !== undefined) {
    const refused = chosen.map((candidate) => decisionOf(candidate, "refused", [change]));
    return finish(cycle.cycleId, { decided: refused, setAside }, undefined, account);
  }
  const decided = await enterTheBest(chosen, { ...accountFacts, fundingRates }, lease, account);
  await finish(cycle.cycleId, { decided, setAside }, await equityNow(account), account);
}

/** For showing only: what was entered stands, whether the exchange tells it or not. */
async function equityNow({ gateway, logger }: TradingDependencies): Promise<Usdt | undefined> {
  try {
    return (await gateway.balance()).equity;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the equity after the cycle is unknown", { reason: error.message });
    return undefined;
  }
}

/** The candidates of a cycle, and why none of them may be traded when the stored signals are not those that were announced. */
async function rankedOf(cycle: Cycle, dependencies: ExecuteDependencies): Promise<RankedCandidates & { readonly change?: Stop }> {
  const announced = await dependencies.signals.ofCycle(cycle.cycleId);
  const ranked = await rankCandidates(cycle, announced, dependencies);
  if (signalsHashOf(announced) === cycle.signalsHash) return ranked;
  // A shard that came at the very deadline: which signals were meant can no longer be told.
  dependencies.logger.error("stored signals are not the announced ones", {
    cycleId: cycle.cycleId,
    stored: announced.length,
    announced: cycle.signals ?? 0,
  });
  return { ...ranked, change: { code: "SIGNALS_CHANGED", reason: "the stored signals are not the ones that the cycle announced" } };
}

/** Goes down the ranking until enough are entered; what refuses one because of the account refuses all that come after it. */
async function enterTheBest(
  chosen: readonly Candidate[],
  facts: ReviewFacts,
  lease: AccountLease,
  dependencies: TradingDependencies,
): Promise<readonly Decision[]> {
  const { positions, configuration } = dependencies;
  const { maximumEntries } = configuration.ranking;
  // What a former delivery of this cycle has entered is gone on with, whatever else would be approved by now.
  const stored = await positions.open(configuration.bot);
  const begun = new Set(chosen.filter(({ signal }) => stored.some((position) => isEntryOf(signal, position))));
  const decided: Decision[] = [];
  let entries = begun.size;
  // What was begun comes first: nothing new is entered beside what may be naked, also when a former delivery or cycle left it so.
  for (const candidate of begun) decided.push(await enterCandidate(candidate, facts, lease, dependencies));
  let general = await nakedOnes(dependencies);
  for (const candidate of chosen) {
    if (begun.has(candidate)) continue;
    if (entries >= maximumEntries) {
      const reason = `${maximumEntries} better signals were entered`;
      decided.push(decisionOf(candidate, "notRanked", [{ code: "ENOUGH_ENTERED", reason }]));
    } else if (general.length > 0) {
      decided.push(decisionOf(candidate, "refused", general));
    } else {
      const decision = await enterCandidate(candidate, facts, lease, dependencies);
      decided.push(decision);
      if (mayBeOpen(decision)) entries++;
      if (decision.decision === "refused") general = decision.reasons.filter(concernsTheAccount);
      else if (decision.reasons.some(({ code }) => code === "CLOSED_AT_ONCE")) general = closedAtOnce(decision);
      else if (decision.decision === "failed" || decision.reasons.length > 0) general = await nakedOnes(dependencies);
    }
  }
  return decided;
}

/** Whatever kept the stop of one entry away would meet the next one as well. */
const closedAtOnce = ({ symbol }: Decision): Decision["reasons"] => [
  { code: "FORMER_CLOSED_AT_ONCE", reason: `${symbol} was entered and closed again, because it could not be protected` },
];

/** Nothing is entered while something may be open without its stop: the guard gets the account for that one at once. */
async function nakedOnes({ positions, configuration }: TradingDependencies): Promise<Decision["reasons"]> {
  const naked = (await positions.open(configuration.bot)).filter(mayBeNaked);
  return naked.map(({ intent: { symbol } }) => ({ code: "FORMER_NOT_PROTECTED", reason: `${symbol} may be open without its stop` }));
}

/** An entry with an unknown outcome may stand on the exchange: it counts like one that does. */
const mayBeOpen = ({ decision, reasons }: Decision): boolean =>
  decision === "entered" || (decision === "failed" && reasons.some(({ code }) => code === "OUTCOME_UNKNOWN"));

type Stop = Decision["reasons"][number];

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
