import { clientOrderIdPrefix, exitSideOf } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection, type OpenPosition, type Position, stopOf } from "@winiswin/domain/position";
import { sleepFor } from "../ports/clock.ts";
import type { CloseRequest } from "../ports/control-store.ts";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import { type AccountLease, LeaseLost, takeAccountLease, waitForAccountLease } from "./account-lease.ts";
import { closePosition, finishClosing } from "./close-position.ts";
import { closeForeign, requestedClose, settleRequests } from "./close-requests.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { dueMarketExit } from "./market-exits.ts";
import { announceMoved, announceOpened, announceUnprotected } from "./open-position.ts";
import { protectPosition, restoreFirstStop } from "./protect-position.ts";
import type { Protection } from "./protection.ts";
import { readOnce } from "./read-once.ts";
import { reconcilePosition } from "./reconcile-position.ts";
import { recordClosedTrade } from "./record-closed-trade.ts";
import { settleEntry } from "./settle-entry.ts";

export interface GuardReport {
  readonly positions: number;
  readonly closed: number;
  readonly repaired: number;
  readonly skipped: boolean;
}

const minuteMs = 60_000;
/** Asking for all conditional orders weighs 40, so a flat account is searched for orphans only so often. */
const sweepEveryMinutes = 15;
const foreignReason = "the account holds a position that this system did not open";
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
  const { clock, control, gateway, positions, configuration } = dependencies;
  const [stored, held, frozen, requests] = await Promise.all([
    positions.open(configuration.bot),
    gateway.positions(),
    control.frozenSymbols(),
    control.closeRequests(),
  ]);
  const isSweepDue = Math.floor(clock.nowMs() / minuteMs) % sweepEveryMinutes === 0;
  if (stored.length === 0 && held.length === 0 && frozen.size === 0 && requests.length === 0 && !isSweepDue)
    return { positions: 0, closed: 0, repaired: 0, skipped: false };
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

type Outcome = "unchanged" | "unprotected" | "repaired" | "closing" | "closed";

/** What the guard looks at, read together. */
interface Look {
  readonly held: readonly ExchangePosition[];
  readonly protections: readonly ProtectionReport[];
  readonly requests: readonly CloseRequest[];
}

async function guard(lease: AccountLease, dependencies: ExecutionDependencies): Promise<GuardReport> {
  const { gateway, positions, configuration, control, clock } = dependencies;
  // Read again under the lease: the executor may have finished meanwhile.
  const [stored, requests] = await Promise.all([positions.open(configuration.bot), control.closeRequests()]);
  const [held, protections] = await Promise.all([gateway.positions(), gateway.openProtections()]);
  const first = await guardAll(stored, { held, protections, requests }, lease, dependencies);
  if (requests.length > 0) await closeForeign(requests, stored, held, dependencies);
  let { outcomes, failures } = first;
  if (requests.length > 0 || outcomes.includes("closing")) {
    // What was closed just now is gone a moment later; whoever asked for it is told now and not in a minute.
    await sleepFor(clock, closePauseMs);
    const leaving = (await positions.open(configuration.bot)).filter((position) => position.state === "closing");
    const [heldNow, protectionsNow] = await Promise.all([gateway.positions(), gateway.openProtections()]);
    const gone = leaving.filter((position) => !isHeld(position, heldNow));
    const second = await guardAll(gone, { held: heldNow, protections: protectionsNow, requests }, lease, dependencies);
    outcomes = [...outcomes, ...second.outcomes];
    failures = [...failures, ...second.failures];
  }
  await sweepOrphans(stored, held, protections, dependencies);
  await reportForeign(stored, held, requests, dependencies);
  if (requests.length > 0) await settleRequests(requests, dependencies);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${stored.length} positions could not be guarded`);
  const count = (...wanted: Outcome[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
  return { positions: stored.length, closed: count("closed"), repaired: count("repaired", "closing"), skipped: false };
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
    await attempt(position, async () => {
      const result = await secureOne(position, look, lease, dependencies);
      if (typeof result === "string") outcomes.push(result);
      else secured.push(result);
    });
  }
  for (const one of secured) await attempt(one.position, async () => void outcomes.push(await keepOne(one, look, lease, dependencies)));
  const funding = { isAway: false };
  for (const one of secured) {
    if (one.is !== "held") continue;
    await attempt(one.position, async () => {
      const outcome = await leaveMarket(one.position, funding, dependencies);
      if (outcome !== undefined) outcomes.push(outcome);
    });
  }
  return { outcomes, failures };

  async function attempt({ intent }: Position, work: () => Promise<void>): Promise<void> {
    await lease.renew();
    try {
      await work();
    } catch (error) {
      if (error instanceof LeaseLost || !(error instanceof Error)) throw error;
      // One position that cannot be settled now must not keep the others unprotected.
      failures.push(error);
      dependencies.logger.error("position could not be guarded", { positionId: intent.positionId, reason: error.message });
    }
  }
}

const isHeld = (position: Position, held: readonly ExchangePosition[]): boolean =>
  position.state === "entering" ||
  held.some((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);

/** A position that has its first stop, or that is gone: what is left to do about it is bookkeeping and better exits. */
type Secured =
  | {
      readonly is: "held";
      readonly position: OpenPosition;
      readonly onExchange: ExchangePosition;
      readonly protections: readonly ProtectionReport[];
      readonly outcome: Outcome;
    }
  | { readonly is: "gone"; readonly position: OpenPosition | ClosingPosition };

/** What must not wait for anything that can fail: the wish of a person, and the first stop; neither needs fills or an account's history. */
async function secureOne(
  position: Position,
  look: Look,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Secured | Outcome> {
  const asked = requestedClose(look.requests, position.intent.symbol);
  if (position.state === "entering") {
    const settlement = await settleEntry(position, dependencies);
    if (settlement.settled !== "open") return "unchanged";
    const opened = settlement.position;
    const protection =
      asked === undefined
        ? await protectPosition(opened, look.protections, lease, dependencies)
        : await closePosition(opened, asked, dependencies);
    await announceOpened(opened, dependencies);
    return afterProtection(opened, protection, dependencies);
  }
  const onExchange = look.held.find((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);
  if (onExchange === undefined) return { is: "gone", position };
  if (position.state === "closing") {
    return (await finishClosing(position, dependencies)).protection === "unprotected" ? "unprotected" : "closing";
  }
  if (asked !== undefined) return afterProtection(position, await closePosition(position, asked, dependencies), dependencies);
  const { protections } = look;
  const restored = await restoreFirstStop(position, protections, lease, dependencies);
  if (restored === undefined) return { is: "held", position, onExchange, protections, outcome: "unchanged" };
  const outcome = await afterProtection(position, restored, dependencies);
  if (restored.protection !== "complete") return outcome;
  return { is: "held", position, onExchange, protections: [...protections, firstStopReport(position)], outcome };
}

function firstStopReport({ intent }: OpenPosition): ProtectionReport {
  const { clientOrderId, symbol, direction, triggerPrice } = stopOf(intent);
  const closing = { leg: "stopLoss", side: exitSideOf(direction), closePosition: true, quantity: undefined } as const;
  return { clientOrderId, symbol, triggerPrice, ...closing, status: "new", spawnedOrderId: undefined };
}

async function keepOne(one: Secured, look: Look, lease: AccountLease, dependencies: ExecutionDependencies): Promise<Outcome> {
  if (one.is === "gone") {
    const { position } = one;
    // The position that is gone and the fills that cover it are two looks that agree; without the fills nothing is believed.
    if ((await recordClosedTrade(position, look.protections, dependencies)) !== undefined) return "closed";
    await noteAbsence(position, dependencies);
    return "unchanged";
  }
  const { protections } = one;
  const current = await reconcilePosition(one.position, one.onExchange, protections, dependencies);
  const complete = desiredProtection(current).every((order) => protections.some((report) => report.clientOrderId === order.clientOrderId));
  const isTidy = !protections.some((report) => isStray(report, current));
  if (complete && isTidy && current.stopConfirmedAtMs !== undefined && current.missingSinceMs === undefined) return one.outcome;
  const outcome = await afterProtection(
    current,
    await protectPosition({ ...current, missingSinceMs: undefined }, protections, lease, dependencies),
    dependencies,
  );
  return outcome === "unchanged" ? one.outcome : outcome;
}

/** Closes what the market itself says must be closed; undefined when it may stay, or was left meanwhile. */
async function leaveMarket(
  { intent }: OpenPosition,
  funding: { isAway: boolean },
  dependencies: ExecutionDependencies,
): Promise<Outcome | undefined> {
  const due = await dueMarketExit(intent, funding, dependencies);
  if (due === undefined) return undefined;
  // Read again: what was reconciled and protected before was stored under a later version.
  const stored = await dependencies.positions.open(intent.bot);
  const current = stored.find((position) => position.intent.positionId === intent.positionId);
  if (current?.state !== "open") return undefined;
  return afterProtection(current, await closePosition(current, due, dependencies), dependencies);
}

/** An order of ours on the symbol that the position does not want (any more). */
const isStray = (report: ProtectionReport, position: OpenPosition): boolean =>
  report.symbol === position.intent.symbol &&
  report.clientOrderId.startsWith(clientOrderIdPrefix) &&
  !desiredProtection(position).some((order) => order.clientOrderId === report.clientOrderId);

async function afterProtection(position: OpenPosition, protection: Protection, dependencies: ExecutionDependencies): Promise<Outcome> {
  const { eventBus } = dependencies;
  const { positionId, symbol } = position.intent;
  switch (protection.protection) {
    case "positionGone":
      return "unchanged";
    case "unprotected":
      await announceUnprotected(position, protection.reason, dependencies);
      return "unprotected";
    case "closing":
      await eventBus.publish([{ type: "ProtectionRepaired", positionId, symbol, detail: `closed at market: ${protection.reason}` }]);
      return "closing";
    case "complete": {
      await announceMoved(position, protection.placed, dependencies);
      const repaired = protection.placed.filter(({ leg, isFirst }) => leg === "stopLoss" || leg === "takeProfit" || !isFirst);
      if (repaired.length === 0) return "unchanged";
      const detail = `placed again: ${repaired.map(({ leg }) => leg).join(", ")}`;
      await eventBus.publish([{ type: "ProtectionRepaired", positionId, symbol, detail }]);
      return "repaired";
    }
  }
}

/** Absence seen once is not acted on; since when it was seen is kept for people. */
async function noteAbsence(position: Exclude<Position, { state: "entering" }>, { clock, positions }: ExecutionDependencies): Promise<void> {
  if (position.missingSinceMs !== undefined) return;
  await positions.update({ ...position, missingSinceMs: clock.nowMs(), version: position.version + 1 });
}

/** Cancels our conditional orders that belong to nothing: no stored position wants them and nothing is open that they could close. */
async function sweepOrphans(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  protections: readonly ProtectionReport[],
  { gateway, logger }: ExecutionDependencies,
): Promise<void> {
  const symbols = new Set([...stored.map((position) => position.intent.symbol), ...held.map((position) => position.symbol)]);
  for (const orphan of protections.filter(
    (report) => report.clientOrderId.startsWith(clientOrderIdPrefix) && !symbols.has(report.symbol),
  )) {
    logger.warn("orphaned order canceled", { symbol: orphan.symbol, clientOrderId: orphan.clientOrderId });
    await gateway.cancelProtection(orphan.symbol, orphan.clientOrderId);
  }
}

/** Somebody else's position is not touched without a request: it is told once, counts as a slot, and its symbol takes no entries. */
async function reportForeign(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  requests: readonly CloseRequest[],
  { clock, control, eventBus }: ExecutionDependencies,
): Promise<void> {
  const ours = new Set(stored.map((position) => position.intent.symbol));
  const frozen = await control.frozenSymbols();
  for (const foreign of held.filter((position) => !ours.has(position.symbol))) {
    if (frozen.has(foreign.symbol) || requestedClose(requests, foreign.symbol) !== undefined) continue;
    await control.freezeSymbol(foreign.symbol, foreignReason, clock.nowMs());
    await eventBus.publish([
      {
        type: "ForeignPositionSeen",
        symbol: foreign.symbol,
        detail: `${foreign.direction} ${foreign.quantity.toFixed()} at ${foreign.entryPrice.toFixed()}`,
      },
    ]);
  }
  for (const [symbol, reason] of frozen) {
    if (reason === foreignReason && !held.some((position) => position.symbol === symbol)) await control.unfreezeSymbol(symbol);
  }
}
