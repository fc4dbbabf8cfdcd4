import { type Position, stopOf } from "@winiswin/domain/position";
import { sleepFor } from "../ports/clock.ts";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { ProtectionReport } from "../ports/order-gateway.ts";
import { type AccountLease, LeaseLost, takeAccountLease, waitForAccountLease } from "./account/account-lease.ts";
import { watchForAnotherBot } from "./account/shared-account.ts";
import type { CloseDecision } from "./closing/close-position.ts";
import { closeForeign, settleRequests } from "./closing/close-requests.ts";
import { adoptAbandoned, forgetAbandoned } from "./entry/abandoned-entries.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { isHeld, keepOne, type Look, leaveMarket, type Outcome, type Secured, secureOne } from "./guard/guard-position.ts";
import { reportForeign, sweepOrphans, tellUnreadable } from "./guard/unexplained.ts";
import { announceUnprotected } from "./protection/open-position.ts";
import { protectUnseen } from "./protection/protect-unseen.ts";
import { readOnce } from "./read-once.ts";

export interface GuardReport {
  readonly positions: number;
  readonly closed: number;
  readonly repaired: number;
  readonly skipped: boolean;
}

const minuteMs = 60_000;
/**
 * Asking for all conditional orders weighs 40, so a flat account is searched for orphans only in these minutes of a quarter of an hour: between
 * the closes, when the executor does not hold the lease, and in two of them, because a schedule is imprecise by a minute.
 */
const sweepMinutes = [7, 8];
/** How long a market close is given before its trade is looked for. */
const closePauseMs = 1_000;

/**
 * Makes our copy agree with the exchange: settles entries, protects what is open, takes what the market or a person says must be closed,
 * records what closed, sweeps orphaned orders.
 *
 * The same steps as after an entry, so start-up and crash recovery need no code of their own. While another writer holds the account it
 * does nothing, because that writer protects what it opens; only a person's request is worth waiting for.
 */
export async function guardPositions(dependencies: ExecutionDependencies): Promise<GuardReport> {
  try {
    return await lookAndGuard(dependencies);
  } catch (error) {
    // What could not be looked at may still be protected; whatever comes of that, the first failure is the one to be told.
    await protectUnseen(dependencies).catch((another: unknown) => {
      dependencies.logger.error("stops could not be placed unseen", {
        reason: another instanceof Error ? another.message : String(another),
      });
    });
    throw error;
  }
}

async function lookAndGuard(dependencies: ExecutionDependencies): Promise<GuardReport> {
  const { clock, control, gateway, positions, configuration } = dependencies;
  const [stored, unreadable, held, frozen, requests] = await Promise.all([
    positions.open(configuration.bot),
    positions.unreadable(configuration.bot),
    gateway.positions(),
    control.frozenSymbols(),
    control.closeRequests(),
  ]);
  const isSweepDue = sweepMinutes.includes(Math.floor(clock.nowMs() / minuteMs) % 15);
  const isFlat = stored.length === 0 && unreadable.length === 0 && held.length === 0;
  if (isFlat && frozen.size === 0 && requests.length === 0 && !isSweepDue) return { positions: 0, closed: 0, repaired: 0, skipped: false };
  const takeLease = requests.length > 0 ? waitForAccountLease : takeAccountLease;
  const lease = await takeLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) return { positions: stored.length, closed: 0, repaired: 0, skipped: true };
  try {
    // The list is some hundred kilobytes and every held position asks for it.
    return await guard(lease, { ...dependencies, instruments: readOnce(dependencies.instruments) });
  } finally {
    await lease.release();
  }
}

async function guard(lease: AccountLease, dependencies: ExecutionDependencies): Promise<GuardReport> {
  const { gateway, positions, configuration, control, clock } = dependencies;
  // Read again under the lease: the executor may have finished meanwhile.
  const [known, unreadable, requests] = await Promise.all([
    positions.open(configuration.bot),
    positions.unreadable(configuration.bot),
    control.closeRequests(),
  ]);
  const [held, listed] = await Promise.all([gateway.positions(), protectionsOrFailure(dependencies)]);
  const protections = listed instanceof ExchangeError ? undefined : listed;
  const readable = held.filter((open) => !unreadable.some(({ symbol }) => symbol === open.symbol));
  const adopted = await adoptAbandoned(known, readable, dependencies);
  const stored = [...known, ...adopted];
  const unwanted = await unwantedOf(adopted, dependencies);
  const first = await guardAll(stored, { held, protections, requests, unwanted }, lease, dependencies);
  await tellUnreadable(unreadable, dependencies);
  if (requests.length > 0) await closeForeign(requests, stored, held, dependencies);
  let { outcomes, failures } = first;
  if (requests.length > 0 || outcomes.includes("closing")) {
    // What was closed just now is gone a moment later; whoever asked for it is told now and not in a minute.
    await sleepFor(clock, closePauseMs);
    const leaving = (await positions.open(configuration.bot)).filter((position) => position.state === "closing");
    const [heldNow, listedNow] = await Promise.all([gateway.positions(), protectionsOrFailure(dependencies)]);
    const protectionsNow = listedNow instanceof ExchangeError ? undefined : listedNow;
    const gone = leaving.filter((position) => !isHeld(position, heldNow));
    const second = await guardAll(gone, { held: heldNow, protections: protectionsNow, requests, unwanted }, lease, dependencies);
    outcomes = [...outcomes, ...second.outcomes];
    failures = [...failures, ...second.failures];
  }
  if (protections !== undefined) {
    await sweepOrphans({ stored, held, protections, unreadable }, lease, dependencies);
    await watchForAnotherBot(protections, dependencies);
  }
  await reportForeign(stored, readable, requests, dependencies);
  await forgetAbandoned(held, dependencies);
  if (requests.length > 0) await settleRequests(requests, dependencies);
  failures = [...failures, ...unreadable.map(({ positionId, reason }) => new Error(`${positionId}: ${reason}`))];
  if (listed instanceof ExchangeError) failures = [...failures, listed];
  const all = stored.length + unreadable.length;
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${all} positions could not be guarded`);
  const count = (...wanted: Outcome[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
  return { positions: stored.length, closed: count("closed"), repaired: count("repaired", "closing"), skipped: false };
}

/** Conditional orders are a service of their own: without it positions can still be closed, and stops tried. */
async function protectionsOrFailure({ gateway, logger }: ExecutionDependencies): Promise<readonly ProtectionReport[] | ExchangeError> {
  try {
    return await gateway.openProtections();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.error("conditional orders could not be listed", { reason: error.message });
    return error;
  }
}

/** What shows after a halt would be a new position under it: whoever halted or flattened meant no more of them. */
async function unwantedOf(adopted: readonly Position[], { control }: ExecutionDependencies): Promise<ReadonlyMap<string, CloseDecision>> {
  const halt = adopted.length === 0 ? undefined : await control.halt();
  if (halt === undefined) return new Map();
  const decision: CloseDecision = { cause: "closed", reason: `its entry showed after entries were halted: ${halt.reason}` };
  return new Map(adopted.map(({ intent }) => [intent.positionId, decision]));
}

async function guardAll(
  stored: readonly Position[],
  look: Look,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly failures: readonly Error[] }> {
  const outcomes: Outcome[] = [];
  const failures: Error[] = [];
  const secured: Secured[] = [];
  // What is held comes first: protecting one position must not wait for the bookkeeping of another, nor for what is asked about the market.
  for (const position of [...stored].sort((one, other) => Number(isHeld(other, look.held)) - Number(isHeld(one, look.held)))) {
    const isDone = await attempt(position, async () => {
      const result = await secureOne(position, look, lease, dependencies);
      if (typeof result === "string") outcomes.push(result);
      else secured.push(result);
    });
    if (!isDone) await tellNaked(position, look, dependencies);
  }
  for (const one of secured) await attempt(one.position, async () => void outcomes.push(await keepOne(one, look, lease, dependencies)));
  const funding = { isAway: false };
  for (const one of secured) {
    if (one.is !== "held") continue;
    await attempt(one.position, async () => {
      const outcome = await leaveMarket(one, funding, dependencies);
      if (outcome !== undefined) outcomes.push(outcome);
    });
  }
  return { outcomes, failures };

  async function attempt({ intent }: Position, work: () => Promise<void>): Promise<boolean> {
    await lease.renew();
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof LeaseLost || !(error instanceof Error)) throw error;
      // One position that cannot be settled now must not keep the others unprotected.
      failures.push(error);
      dependencies.logger.error("position could not be guarded", { positionId: intent.positionId, reason: error.message });
      return false;
    }
  }
}

/** What could not be secured and whose stop is not seen is told, and that it once had one is not kept as if it still did. */
async function tellNaked(position: Position, { held, protections }: Look, dependencies: ExecutionDependencies): Promise<void> {
  const { positions } = dependencies;
  if (!isHeld(position, held) || protections?.some(({ clientOrderId }) => clientOrderId === stopOf(position.intent).clientOrderId)) return;
  await announceUnprotected(position, "it could not be guarded, and its stop is not seen", dependencies);
  const stored = await positions.find(position.intent.bot, position.intent.positionId);
  if (stored?.state !== "open" || stored.stopConfirmedAtMs === undefined) return;
  await positions.update({ ...stored, stopConfirmedAtMs: undefined, version: stored.version + 1 });
}
