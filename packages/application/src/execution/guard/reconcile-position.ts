import { asQuantity, type Quantity, type Usdt, zeroUsdt } from "@winiswin/domain/decimal";
import { breakevenPrice } from "@winiswin/domain/exit/breakeven";
import { isWaiting, type Target } from "@winiswin/domain/exit/targets";
import { type OpenPosition, targetOrderIdOf, withOpenQuantity, withStopAt } from "@winiswin/domain/position";
import type { PositionFills } from "@winiswin/domain/position-fills";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExchangePosition, Fill, ProtectionReport } from "../../ports/order-gateway.ts";
import { LeaseLost } from "../account/account-lease.ts";
import { doneBy, type ExitOrderState, exitOrderState, fillsOf, type Taken, totalOf } from "../closing/exit-orders.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/**
 * Brings our copy of a held position in line with the exchange: which targets were taken, how much is open, and therefore where the stop
 * belongs. Writes when something changed and returns the position as it then is.
 *
 * How much is open counts only when two sources agree, the position and the fills (or, where those lag or cannot be read, the reports of our
 * own orders): any of them may lag behind. `over`: the fills say that it was left, so what is held is somebody else's.
 */
export async function reconcilePosition(
  position: OpenPosition,
  held: ExchangePosition,
  protections: readonly ProtectionReport[],
  dependencies: ExecutionDependencies,
): Promise<OpenPosition | "over"> {
  const resting = new Set(protections.map((report) => report.clientOrderId));
  const missing = position.targets.filter((target) => isWaiting(target) && !resting.has(targetOrderIdOf(position, target)));
  if (missing.length === 0 && held.quantity.eq(position.openQuantity) && !isBreakevenDue(position)) return position;
  const fills = await knownFills(position, dependencies);
  if (fills !== undefined && isLeft(fills, position)) return "over";
  const seen: Target[] = [];
  const explained = new Set<string>();
  let { targetRevision } = position;
  for (const target of position.targets) {
    if (!missing.includes(target)) {
      seen.push(target);
      continue;
    }
    const found = await exitOrderState(dependencies.gateway, held.symbol, targetOrderIdOf(position, target));
    if (found.state === "executed") explained.add(found.orderId);
    if (found.state === "executed") seen.push({ ...target, taken: takenBy(found, fills, dependencies) });
    else if (found.state === "ended") seen.push({ ...target, revision: ++targetRevision });
    else if (found.state === "absent" && fills?.openQuantity.eq(held.quantity) === true)
      seen.push({ ...target, taken: takenByForgotten(target, position, fills, explained) });
    else seen.push(target);
  }
  const withTargets: OpenPosition = { ...position, targets: seen, targetRevision };
  const isAgreed = fills?.openQuantity.eq(held.quantity) === true || openByReports(withTargets).eq(held.quantity);
  const withQuantity = isAgreed ? withOpenQuantity(withTargets, asQuantity(held.quantity)) : withTargets;
  const next = await withBreakeven(withQuantity, dependencies);
  if (next === position || isSame(next, position)) return position;
  await tellTaken(position, next, dependencies);
  const stored: OpenPosition = { ...next, version: position.version + 1 };
  if (!(await dependencies.positions.update(stored))) throw new LeaseLost(`another writer changed ${position.intent.positionId} first`);
  return stored;
}

/** Undefined when the exchange does not tell them; it is asked again in the next minute, and what its orders say serves meanwhile. */
async function knownFills(position: OpenPosition, { gateway, logger }: ExecutionDependencies): Promise<PositionFills<Fill> | undefined> {
  try {
    return await fillsOf(position, gateway);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("reconciled without fills", { positionId: position.intent.positionId, reason: error.message });
    return undefined;
  }
}

/** All of what was entered has left, as far as it is visible: fewer entries than ours were may only be late. */
export const isLeft = ({ entries, isOver }: PositionFills<Fill>, { quantity }: Pick<OpenPosition, "quantity">): boolean =>
  isOver && totalOf(entries).gte(quantity);

function takenBy(
  { orderId, report }: Extract<ExitOrderState, { state: "executed" }>,
  fills: PositionFills<Fill> | undefined,
  { clock }: ExecutionDependencies,
): Taken | undefined {
  const byFills = fills === undefined ? undefined : doneBy(fills.exits, orderId);
  if (byFills !== undefined || report?.averagePrice === undefined) return byFills;
  return { quantity: report.executedQuantity, price: report.averagePrice, atMs: clock.nowMs() };
}

/**
 * What a target took that the exchange knows nothing of any more: it forgets orders, but not fills. Undefined where no fills of its size are
 * left that nothing else explains.
 */
function takenByForgotten(
  target: Target,
  { targets, openQuantity }: OpenPosition,
  { exits, openQuantity: openNow }: PositionFills<Fill>,
  explained: Set<string>,
): Taken | undefined {
  if (openQuantity.minus(openNow).lt(target.quantity)) return undefined;
  for (const orderId of Map.groupBy(exits, (fill) => fill.orderId).keys()) {
    const done = doneBy(exits, orderId);
    const isKnown = explained.has(orderId) || targets.some(({ taken }) => taken?.atMs === done?.atMs && taken !== undefined);
    if (done === undefined || isKnown || !done.quantity.eq(target.quantity)) continue;
    explained.add(orderId);
    return done;
  }
  return undefined;
}

/** How much is open when only our own targets have taken something. */
const openByReports = ({ quantity, targets }: OpenPosition): Quantity =>
  targets.reduce<Quantity>((open, { taken }) => (taken === undefined ? open : asQuantity(open.minus(taken.quantity))), quantity);

const isSame = (next: OpenPosition, before: OpenPosition): boolean =>
  next.stopLeg === before.stopLeg &&
  next.openQuantity.eq(before.openQuantity) &&
  next.targetRevision === before.targetRevision &&
  next.targets.length === before.targets.length &&
  next.targets.every((target, index) => target.taken === before.targets[index]?.taken);

const isBreakevenDue = ({ stopLeg, targets, intent }: OpenPosition): boolean =>
  stopLeg === "stopLoss" && intent.exitTerms !== undefined && targets.some((target) => !isWaiting(target));

/** From the first target on, what is left must not lose. */
async function withBreakeven(position: OpenPosition, dependencies: ExecutionDependencies): Promise<OpenPosition> {
  const { intent, entryPrice, quantity } = position;
  if (!isBreakevenDue(position) || intent.exitTerms === undefined) return position;
  const funding = await fundingOf(position, dependencies);
  const stopPrice = breakevenPrice({ direction: intent.direction, entryPrice, quantity, funding, terms: intent.exitTerms });
  return withStopAt(position, "breakeven", stopPrice);
}

/** A stop that is moved now without the funding paid so far is better than one that waits for it. */
async function fundingOf({ intent, filledAtMs }: OpenPosition, { gateway, logger }: ExecutionDependencies): Promise<Usdt> {
  try {
    return await gateway.fundingSince(intent.symbol, filledAtMs);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("breakeven without funding", { positionId: intent.positionId, reason: error.message });
    return zeroUsdt;
  }
}

/** Told before it is stored: a crash between the two tells it twice rather than never. */
async function tellTaken(before: OpenPosition, next: OpenPosition, { eventBus, logger }: ExecutionDependencies): Promise<void> {
  const { positionId, symbol, direction } = before.intent;
  const takenBefore = new Set(before.targets.filter((target) => !isWaiting(target)).map((target) => target.revision));
  const events = next.targets.flatMap((target) => {
    if (target.taken === undefined || takenBefore.has(target.revision)) return [];
    const { quantity, price } = target.taken;
    logger.info("target taken", { positionId, tier: target.tier, quantity: quantity.toFixed(), price: price.toFixed() });
    return [
      {
        type: "PartlyClosed" as const,
        positionId,
        symbol,
        direction,
        quantity: quantity.toFixed(),
        price: price.toFixed(),
        remaining: next.openQuantity.toFixed(),
      },
    ];
  });
  if (events.length > 0) await eventBus.publish(events);
}
