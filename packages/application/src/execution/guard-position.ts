import { exitSideOf, isOrderOf } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection, type OpenPosition, type Position, stopOf } from "@winiswin/domain/position";
import type { CloseRequest } from "../ports/control-store.ts";
import type { ExchangePosition, ProtectionReport } from "../ports/order-gateway.ts";
import type { AccountLease } from "./account-lease.ts";
import { type CloseDecision, closePosition, finishClosing } from "./close-position.ts";
import { requestedClose } from "./close-requests.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { giveBackExcess } from "./give-back-excess.ts";
import { dueMarketExit } from "./market-exits.ts";
import { announceMoved, announceOpened, announceUnprotected } from "./open-position.ts";
import { protectPosition, restoreFirstStop } from "./protect-position.ts";
import type { Protection } from "./protection.ts";
import { reconcilePosition } from "./reconcile-position.ts";
import { recordGone } from "./record-gone.ts";
import { settleEntry } from "./settle-entry.ts";
import { dueBeforeLiquidation, threatOf } from "./watch-liquidation.ts";

export type Outcome = "unchanged" | "unprotected" | "repaired" | "closing" | "closed";

/** What the guard looks at, read together. */
export interface Look {
  readonly held: readonly ExchangePosition[];
  readonly protections: readonly ProtectionReport[];
  readonly requests: readonly CloseRequest[];
  /** Entries that showed too late to be wanted, by position. */
  readonly unwanted: ReadonlyMap<string, CloseDecision>;
}

export const isHeld = (position: Position, held: readonly ExchangePosition[]): boolean =>
  position.state === "entering" ||
  held.some((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);

/** A position that has its first stop, or that is gone: what is left to do about it is bookkeeping and better exits. */
export type Secured =
  | {
      readonly is: "held";
      readonly position: OpenPosition;
      readonly onExchange: ExchangePosition;
      readonly protections: readonly ProtectionReport[];
      readonly outcome: Outcome;
    }
  | { readonly is: "gone"; readonly position: OpenPosition | ClosingPosition };

/** What must not wait for anything that can fail: the wish of a person, and the first stop; neither needs fills or an account's history. */
export async function secureOne(
  position: Position,
  look: Look,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Secured | Outcome> {
  const asked = requestedClose(look.requests, position.intent.symbol) ?? look.unwanted.get(position.intent.positionId);
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

export async function keepOne(one: Secured, look: Look, lease: AccountLease, dependencies: ExecutionDependencies): Promise<Outcome> {
  if (one.is === "gone") return recordGone(one.position, look, dependencies);
  const { protections } = one;
  // A first stop that had to be put back may mean that somebody closed the position and opened another one.
  const current = await reconcilePosition(one.position, one.onExchange, protections, dependencies, one.outcome !== "unchanged");
  if (current === "over") return recordGone(one.position, { ...look, protections }, dependencies);
  await giveBackExcess(current, one.onExchange, dependencies);
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
export async function leaveMarket(
  { position, onExchange }: Extract<Secured, { is: "held" }>,
  funding: { isAway: boolean },
  dependencies: ExecutionDependencies,
): Promise<Outcome | undefined> {
  const { intent } = position;
  const isThreatened = threatOf(position, onExchange, dependencies) !== "none";
  const due =
    (isThreatened ? await dueBeforeLiquidation(position, onExchange, dependencies) : undefined) ??
    (await dueMarketExit(intent, funding, dependencies));
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
  isOrderOf(position.intent.bot, report.clientOrderId) &&
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
