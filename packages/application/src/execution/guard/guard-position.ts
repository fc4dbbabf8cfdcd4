import { isOrderOf } from "@winiswin/domain/order";
import {
  type ClosingPosition,
  desiredProtection,
  type EnteringPosition,
  type OpenPosition,
  type Position,
  stopOf,
} from "@winiswin/domain/position";
import type { CloseRequest } from "../../ports/control-store.ts";
import type { ExchangePosition, ProtectionReport } from "../../ports/order-gateway.ts";
import type { AccountLease } from "../account/account-lease.ts";
import { type CloseDecision, closePosition, finishClosing } from "../closing/close-position.ts";
import { requestedClose } from "../closing/close-requests.ts";
import { giveBackExcess } from "../closing/give-back-excess.ts";
import { dueMarketExit } from "../closing/market-exits.ts";
import { recordGone } from "../closing/record-gone.ts";
import { abandonEntry } from "../entry/abandoned-entries.ts";
import { isFromOurEntry } from "../entry/our-entry.ts";
import { isWaitedForInVain, settleEntry } from "../entry/settle-entry.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { announceMoved, announceOpened, announceUnprotected } from "../protection/open-position.ts";
import { standsIn } from "../protection/place-protection.ts";
import { protectPosition, restoreFirstStop } from "../protection/protect-position.ts";
import { placeFirstStopUnseen } from "../protection/protect-unseen.ts";
import type { Protection } from "../protection/protection.ts";
import { dueBeforeLiquidation, threatOf } from "../protection/watch-liquidation.ts";
import { whoseIsHeld } from "./position-replaced.ts";
import { reconcilePosition } from "./reconcile-position.ts";

export type Outcome = "unchanged" | "unprotected" | "repaired" | "closing" | "closed";

/** What the guard looks at, read together. */
export interface Look {
  readonly held: readonly ExchangePosition[];
  /** Undefined when the exchange does not tell them: conditional orders are a service of their own. */
  readonly protections: readonly ProtectionReport[] | undefined;
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
      /** A list without the first stop may lack the targets for the same reason: they are looked at in the next minute. */
      readonly isListTrusted: boolean;
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
  if (position.state === "entering") return secureEntry(position, asked, look, lease, dependencies);
  const onExchange = look.held.find((open) => open.symbol === position.intent.symbol && open.direction === position.intent.direction);
  if (onExchange === undefined) return { is: "gone", position };
  if (position.state === "closing") return secureClosing(position, onExchange, look, dependencies);
  if (asked !== undefined) return afterProtection(position, await closePosition(position, asked, dependencies), dependencies);
  const { protections } = look;
  // What was confirmed to have its stop keeps it, as far as can be told; what never was gets one or is closed.
  if (protections === undefined && position.stopConfirmedAtMs !== undefined) return withoutList(position, onExchange, dependencies);
  if (protections !== undefined && !lists(protections, position)) {
    const whose = await whoseIsHeld(position, onExchange, dependencies);
    if (whose === "over") return { is: "gone", position };
    if (whose === "unclear") {
      await noteAbsence(position, dependencies);
      return "unchanged";
    }
  }
  return restored(position, onExchange, protections ?? [], lease, dependencies);
}

/** A close that was decided is finished, under its stop; what somebody opened since then is not closed with it. */
async function secureClosing(
  position: ClosingPosition,
  onExchange: ExchangePosition,
  { protections }: Look,
  dependencies: ExecutionDependencies,
): Promise<Secured | Outcome> {
  const isStopMissing = protections !== undefined && !lists(protections, position);
  if (isStopMissing && (await whoseIsHeld(position, onExchange, dependencies)) === "over") return { is: "gone", position };
  // Before anything is asked about the close: it may go wrong.
  if (isStopMissing) await placeFirstStopUnseen(position, dependencies);
  const { protection } = await finishClosing(position, dependencies);
  if (protection === "closeRefused") return "unchanged";
  return protection === "unprotected" ? "unprotected" : "closing";
}

/** While it is not told whether the stop rests, a price beyond it says that it does not. */
async function withoutList(
  position: OpenPosition,
  held: ExchangePosition,
  dependencies: ExecutionDependencies,
): Promise<Secured | Outcome> {
  const { symbol, direction } = position.intent;
  const isBeyond = direction === "long" ? held.markPrice.lt(position.stopPrice) : held.markPrice.gt(position.stopPrice);
  if (!isBeyond) return { is: "held", position, onExchange: held, protections: [], isListTrusted: false, outcome: "unchanged" };
  if ((await whoseIsHeld(position, held, dependencies)) !== "ours") return "unchanged";
  const reason = `the price is beyond the stop at ${position.stopPrice.toFixed()} and the exchange does not tell whether it rests`;
  await dependencies.eventBus.publish([{ type: "TroubleSeen", code: "STOPS_NOT_LISTED", symbol, detail: reason }]);
  return afterProtection(position, await closePosition(position, { cause: position.stopLeg, reason }, dependencies), dependencies);
}

/** An entry that may have been sent: its stop first, whatever can be learnt about it. */
async function secureEntry(
  position: EnteringPosition,
  asked: CloseDecision | undefined,
  look: Look,
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Outcome> {
  const { intent, sentAtMs } = position;
  const isListed = look.protections !== undefined && lists(look.protections, position);
  const held = look.held.find((open) => open.symbol === intent.symbol && open.direction === intent.direction);
  // Nothing is put on what a person holds.
  const mayBeOurs = sentAtMs !== undefined && (held === undefined || (await isFromOurEntry(position, held, dependencies)));
  const isStopped = isListed || (mayBeOurs && (await placeFirstStopUnseen(position, dependencies)) === "accepted");
  const settlement = await settleEntry(position, dependencies, isStopped ? dependencies.clock.nowMs() : undefined);
  if (settlement.settled !== "open") {
    const isGivenUp = asked !== undefined && sentAtMs !== undefined && (await isWaitedForInVain(position, dependencies));
    if (isGivenUp && settlement.settled === "unclear") await abandonEntry({ ...position, sentAtMs }, dependencies);
    return "unchanged";
  }
  const opened = settlement.position;
  const protection =
    asked === undefined
      ? await protectPosition(opened, look.protections, lease, dependencies)
      : await closePosition(opened, asked, dependencies);
  await announceOpened(opened, dependencies);
  return afterProtection(opened, protection, dependencies);
}

const lists = (protections: readonly ProtectionReport[], { intent }: Position): boolean =>
  protections.some(({ clientOrderId }) => clientOrderId === stopOf(intent).clientOrderId);

async function restored(
  position: OpenPosition,
  onExchange: ExchangePosition,
  protections: readonly ProtectionReport[],
  lease: AccountLease,
  dependencies: ExecutionDependencies,
): Promise<Secured | Outcome> {
  const restored = await restoreFirstStop(position, protections, lease, dependencies);
  if (restored === undefined) {
    const isListTrusted = lists(protections, position) || protections.some((report) => standsIn(report, position, stopOf(position.intent)));
    return { is: "held", position, onExchange, protections, isListTrusted, outcome: "unchanged" };
  }
  const outcome = await afterProtection(position, restored, dependencies);
  if (restored.protection !== "complete") return outcome;
  return { is: "held", position, onExchange, protections, isListTrusted: false, outcome };
}

export async function keepOne(one: Secured, look: Look, lease: AccountLease, dependencies: ExecutionDependencies): Promise<Outcome> {
  if (look.protections === undefined) return "unchanged";
  const { protections } = look;
  if (one.is === "gone") return recordGone(one.position, { ...look, protections }, dependencies);
  if (!one.isListTrusted) return one.outcome;
  const current = await reconcilePosition(one.position, one.onExchange, protections, dependencies);
  if (current === "over") return recordGone(one.position, { ...look, protections }, dependencies);
  await giveBackExcess(current, one.onExchange, dependencies);
  const hasStandIn = protections.some((report) => standsIn(report, current, stopOf(current.intent)));
  const complete = desiredProtection(current).every(
    (order) =>
      protections.some((report) => report.clientOrderId === order.clientOrderId) ||
      (hasStandIn && order.leg === "stopLoss" && order.quantity === undefined),
  );
  const isTidy = !protections.some((report) => isStray(report, current));
  if (complete && isTidy && current.stopConfirmedAtMs !== undefined && current.missingSinceMs === undefined) return "unchanged";
  return afterProtection(
    current,
    await protectPosition({ ...current, missingSinceMs: undefined }, protections, lease, dependencies),
    dependencies,
  );
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
    case "unseen":
    case "closeRefused":
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

/** Absence seen once is not acted on; since when it was seen is kept. */
async function noteAbsence(position: OpenPosition, { clock, positions }: ExecutionDependencies): Promise<void> {
  if (position.missingSinceMs !== undefined) return;
  await positions.update({ ...position, missingSinceMs: clock.nowMs(), version: position.version + 1 });
}
