import { exitSideOf, isOrderOf, type ProtectiveOrder } from "@winiswin/domain/order";
import type { OpenPosition } from "@winiswin/domain/position";
import { sleepFor } from "../../ports/clock.ts";
import type { OrderGateway, PlaceOutcome, ProtectionReport } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { unlessAway } from "../unless-away.ts";

/** Right after a fill the exchange may not see the position yet (-4509). */
const visibilityRetries = 6;
const visibilityPauseMs = 500;
/** No further try is begun after so long: an exchange that lets every question hang must not use up the time in which a position can be closed. */
const longestTryingMs = 10_000;

/** Places a stop or a target, for some seconds when the exchange does not see the position or its answer is lost; the outcome is recorded. */
export async function placeProtection(
  position: OpenPosition,
  order: ProtectiveOrder,
  { clock, gateway, orders }: ExecutionDependencies,
): Promise<PlaceOutcome> {
  const begunAtMs = clock.nowMs();
  const isInTime = () => clock.nowMs() - begunAtMs < longestTryingMs;
  let outcome = await gateway.placeProtection(order);
  for (let attempt = 0; attempt < visibilityRetries && mayRetry(outcome) && isInTime(); attempt++) {
    await sleepFor(clock, visibilityPauseMs);
    // Conditional orders are a service of their own: that they cannot be looked at must not keep a position from being closed instead.
    // Sending again is safe only where the exchange refuses a second one; what it knows in any state is not sent again.
    const known =
      outcome.outcome === "unknown" ? await unlessAway(() => gateway.findProtection(order.symbol, order.clientOrderId)) : undefined;
    if (isPlaced(known)) outcome = { outcome: "accepted" };
    else if (isInTime()) outcome = await gateway.placeProtection(order);
  }
  if (outcome.outcome === "rejected" && outcome.meaning === "alreadyProtected") outcome = await makeRoom(position, order, gateway);
  await orders.recordOutcome(
    { positionId: position.intent.positionId, clientOrderId: order.clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "" : outcome.reason },
  );
  return outcome;
}

/** It rests or it has done its work; what ended otherwise has to be placed. */
const isPlaced = (report: ProtectionReport | undefined): boolean =>
  report !== undefined && report.status !== "canceled" && report.status !== "rejected" && report.status !== "expired";

/**
 * The exchange has a stop that closes the position already, and allows one: ours, or one of another hand that is nearer, is good; any other one
 * is taken away and ours placed once more. One that is not shown yet is left: that it is there is what the exchange has just said.
 */
async function makeRoom(position: OpenPosition, order: ProtectiveOrder, gateway: OrderGateway): Promise<PlaceOutcome> {
  const known = await unlessAway(() => gateway.findProtection(order.symbol, order.clientOrderId));
  if (known?.status === "new") return { outcome: "accepted" };
  const listed = (await unlessAway(() => gateway.openProtections())) ?? [];
  const strays = listed.filter((report) => isClosingStopBeside(report, order));
  if (strays.length === 0 || strays.some((stray) => standsIn(stray, position, order))) return { outcome: "accepted" };
  for (const stray of strays) await gateway.cancelProtection(stray.symbol, stray.clientOrderId);
  return gateway.placeProtection(order);
}

const isClosingStopBeside = (report: ProtectionReport, order: ProtectiveOrder): boolean =>
  report.symbol === order.symbol &&
  report.side === exitSideOf(order.direction) &&
  report.leg === "stopLoss" &&
  report.closePosition &&
  report.clientOrderId !== order.clientOrderId;

/** A stop that another hand has drawn nearer: it closes the position earlier than ours would, and that is the wish of a person. */
export function standsIn(report: ProtectionReport, { intent }: OpenPosition, first: ProtectiveOrder): boolean {
  if (!isClosingStopBeside(report, first) || isOrderOf(intent.bot, report.clientOrderId)) return false;
  return intent.direction === "long" ? report.triggerPrice.gte(first.triggerPrice) : report.triggerPrice.lte(first.triggerPrice);
}

const mayRetry = (outcome: PlaceOutcome): boolean =>
  outcome.outcome === "unknown" || (outcome.outcome === "rejected" && (outcome.meaning === "needsPosition" || outcome.meaning === "busy"));
