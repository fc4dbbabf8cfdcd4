import { clientOrderIdPrefix } from "@winiswin/domain/order";
import { desiredProtection, type OpenPosition, type Position } from "@winiswin/domain/position";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import { type AccountLease, LeaseLost, takeAccountLease } from "./account-lease.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { announceOpened, announceUnprotected } from "./open-position.ts";
import { finishClosing, type Protection, protectPosition } from "./protect-position.ts";
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
/** Two looks that agree on absence must lie at least this far apart. */
const absenceConfirmedAfterMs = 30_000;

/**
 * Makes our copy agree with the exchange: settles entries, protects what is open, records what closed, sweeps orphaned orders.
 *
 * The same steps as after an entry, so start-up and crash recovery need no code of their own. While another writer holds the account it
 * does nothing: that writer protects what it opens.
 */
export async function guardPositions(dependencies: ExecutionDependencies): Promise<GuardReport> {
  const { clock, control, gateway, positions, configuration } = dependencies;
  const [stored, held, frozen] = await Promise.all([positions.open(configuration.bot), gateway.positions(), control.frozenSymbols()]);
  const isSweepDue = Math.floor(clock.nowMs() / minuteMs) % sweepEveryMinutes === 0;
  if (stored.length === 0 && held.length === 0 && frozen.size === 0 && !isSweepDue)
    return { positions: 0, closed: 0, repaired: 0, skipped: false };
  const lease = await takeAccountLease(control, clock, configuration.bot, dependencies.holder);
  if (lease === undefined) return { positions: stored.length, closed: 0, repaired: 0, skipped: true };
  try {
    return await guard(lease, dependencies);
  } finally {
    await lease.release();
  }
}

async function guard(lease: AccountLease, dependencies: ExecutionDependencies): Promise<GuardReport> {
  const { gateway, positions, configuration, logger } = dependencies;
  // Read again under the lease: the executor may have finished meanwhile.
  const stored = await positions.open(configuration.bot);
  const [held, protections] = await Promise.all([gateway.positions(), gateway.openProtections()]);
  const outcomes: string[] = [];
  const failures: Error[] = [];
  // What is held comes first: protecting one position must not wait for the bookkeeping of another.
  for (const position of [...stored].sort((first, second) => Number(isHeld(second, held)) - Number(isHeld(first, held)))) {
    await lease.renew();
    try {
      outcomes.push(await guardOne(position, held, protections, lease, dependencies));
    } catch (error) {
      if (error instanceof LeaseLost || !(error instanceof Error)) throw error;
      // One position that cannot be settled now must not keep the others unprotected.
      failures.push(error);
      logger.error("position could not be guarded", { positionId: position.intent.positionId, reason: error.message });
    }
  }
  await sweepOrphans(stored, held, protections, dependencies);
  await reportForeign(stored, held, dependencies);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${stored.length} positions could not be guarded`);
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  return { positions: stored.length, closed: count("closed"), repaired: count("repaired"), skipped: false };
}

const isHeld = (position: Position, held: readonly ExchangePosition[]): boolean =>
  position.state === "entering" ||
  held.some((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);

async function guardOne(
  position: Position,
  held: readonly ExchangePosition[],
  protections: readonly ProtectionReport[],
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<"unchanged" | "unprotected" | "repaired" | "closed"> {
  if (position.state === "entering") {
    const settlement = await settleEntry(position, dependencies);
    if (settlement.settled !== "open") return "unchanged";
    await announceOpened(settlement.position, dependencies);
    return afterProtection(settlement.position, await protectPosition(settlement.position, protections, lease, dependencies), dependencies);
  }
  const onExchange = held.find((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);
  if (onExchange === undefined)
    return (await isGoneForGood(position, dependencies)) && (await recordClosedTrade(position, dependencies)) !== undefined
      ? "closed"
      : "unchanged";
  if (position.state === "closing") {
    return (await finishClosing(position, dependencies)).protection === "unprotected" ? "unprotected" : "repaired";
  }
  const complete = desiredProtection(position).every((order) => protections.some((report) => report.clientOrderId === order.clientOrderId));
  if (complete && position.stopConfirmedAtMs !== undefined && position.missingSinceMs === undefined) return "unchanged";
  return afterProtection(
    position,
    await protectPosition({ ...position, missingSinceMs: undefined }, protections, lease, dependencies),
    dependencies,
  );
}

async function afterProtection(
  position: OpenPosition,
  protection: Protection,
  dependencies: ExecutionDependencies,
): Promise<"unchanged" | "unprotected" | "repaired"> {
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
      return "repaired";
    case "complete":
      if (protection.placed.length === 0) return "unchanged";
      await eventBus.publish([{ type: "ProtectionRepaired", positionId, symbol, detail: `placed again: ${protection.placed.join(", ")}` }]);
      return "repaired";
  }
}

/** Absence seen once is not acted on; a triggered stop or target on record is proof by itself. */
async function isGoneForGood(
  position: Exclude<Position, { state: "entering" }>,
  { clock, gateway, positions }: ExecutionDependencies,
): Promise<boolean> {
  if (position.missingSinceMs !== undefined) return clock.nowMs() - position.missingSinceMs >= absenceConfirmedAfterMs;
  for (const order of desiredProtection({ ...position, state: "open" })) {
    const report = await gateway.findProtection(order.symbol, order.clientOrderId);
    if (report?.status === "finished" || report?.status === "triggered") return true;
  }
  await positions.update({ ...position, missingSinceMs: clock.nowMs(), version: position.version + 1 });
  return false;
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

/** Somebody else's position is never touched: it is told once, counts as a slot, and its symbol takes no entries. */
async function reportForeign(
  stored: readonly Position[],
  held: readonly ExchangePosition[],
  { clock, control, eventBus }: ExecutionDependencies,
): Promise<void> {
  const ours = new Set(stored.map((position) => position.intent.symbol));
  const frozen = await control.frozenSymbols();
  for (const foreign of held.filter((position) => !ours.has(position.symbol))) {
    if (frozen.has(foreign.symbol)) continue;
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
