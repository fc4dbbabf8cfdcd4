import { asQuantity, type Quantity, smallest, zeroQuantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import { firstRevision, type OpenPosition } from "@winiswin/domain/position";
import type { ExchangePosition, Fill } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { fillsOf } from "./exit-orders.ts";

/**
 * Gives back what our entry filled beyond its intended quantity: an exchange that executed one request twice holds twice the reviewed risk.
 *
 * What somebody else added under an order of his own is his to keep. Acts only when position and fills agree, and sends one order, ever, under
 * one id: what the exchange knows of it, or could still show, is not sent again.
 */
export async function giveBackExcess(position: OpenPosition, held: ExchangePosition, dependencies: ExecutionDependencies): Promise<void> {
  const { clock, gateway, orders, logger } = dependencies;
  const { bot, positionId, symbol, direction, quantity: intended } = position.intent;
  if (held.quantity.lte(intended)) return;
  const fills = await fillsOf(position, gateway);
  if (!fills.openQuantity.eq(held.quantity)) return;
  const beyond = asQuantity((await filledByOurEntry(position, fills.entries, dependencies)).minus(intended));
  // No more than is too much now: a part of it may have been sold by hand.
  const excess = smallest(beyond, asQuantity(held.quantity.minus(intended)));
  if (excess.lte("0")) return;
  const clientOrderId = clientOrderIdOf(bot, positionId, "excess", firstRevision);
  if ((await gateway.findOrder(symbol, clientOrderId)) !== undefined || (await mayHaveBeenSent(positionId, clientOrderId, dependencies)))
    return;
  const request = `${exitSideOf(direction)} ${excess.toFixed()} ${symbol} at market, reduce only: filled beyond the intended ${intended.toFixed()}`;
  await orders.intend({
    positionId,
    clientOrderId,
    bot,
    symbol,
    leg: "excess",
    revision: firstRevision,
    request,
    intendedAtMs: clock.nowMs(),
  });
  const outcome = await gateway.closeAtMarket({ clientOrderId, symbol, direction, quantity: excess });
  await orders.recordOutcome(
    { positionId, clientOrderId },
    { atMs: clock.nowMs(), outcome: outcome.outcome, detail: outcome.outcome === "accepted" ? "" : outcome.reason },
  );
  logger.error("the exchange filled an entry beyond its quantity", { positionId, excess: excess.toFixed(), outcome: outcome.outcome });
}

/** An answer that was lost may hide an order that shows late: what could have been done once is left to a person. */
async function mayHaveBeenSent(positionId: string, clientOrderId: string, { orders }: ExecutionDependencies): Promise<boolean> {
  const record = (await orders.ofPosition(positionId)).find((order) => order.clientOrderId === clientOrderId);
  return record?.outcomes.some(({ outcome }) => outcome === "accepted" || outcome === "unknown") === true;
}

/** Orders are told apart by their numbers: the exchange may hold two under our one id. */
async function filledByOurEntry({ intent }: OpenPosition, entries: readonly Fill[], { gateway }: ExecutionDependencies): Promise<Quantity> {
  let ours = zeroQuantity;
  for (const [orderId, fills] of Map.groupBy(entries, (fill) => fill.orderId)) {
    const order = await gateway.findOrderById(intent.symbol, orderId);
    if (order?.clientOrderId !== intent.clientOrderId) continue;
    for (const fill of fills) ours = asQuantity(ours.plus(fill.quantity));
  }
  return ours;
}
