import { asQuantity, type Quantity, smallest, zeroQuantity } from "@winiswin/domain/decimal";
import { clientOrderIdOf, exitSideOf } from "@winiswin/domain/order";
import { firstRevision, type OpenPosition } from "@winiswin/domain/position";
import type { ExchangePosition, Fill } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { fillsOf } from "./exit-orders.ts";

/** A try whose outcome is not clear is given so long to show in the fills before it is made again. */
const unclearForMs = 60_000;

/**
 * Gives back what our entry filled beyond its intended quantity: an exchange that executed one request twice holds twice the reviewed risk.
 *
 * What somebody else added under an order of his own is his to keep. How much is still to be given back is told by fills alone, when they agree
 * with the position and the order of each of them is known; a try that was lost is made again under its one id.
 */
export async function giveBackExcess(position: OpenPosition, held: ExchangePosition, dependencies: ExecutionDependencies): Promise<void> {
  const { clock, gateway, orders, logger } = dependencies;
  const { bot, positionId, symbol, direction, quantity: intended, clientOrderId: entryId } = position.intent;
  const wanted = asQuantity(position.targets.reduce((open, { taken }) => open.minus(taken?.quantity ?? "0"), intended.plus("0")));
  if (held.quantity.lte(wanted)) return;
  const clientOrderId = clientOrderIdOf(bot, positionId, "excess", firstRevision);
  if (await wasTriedLately(positionId, clientOrderId, dependencies)) return;
  const fills = await fillsOf(position, gateway);
  if (!fills.openQuantity.eq(held.quantity)) return;
  const [entered, givenBack] = [
    await filledUnder(entryId, fills.entries, position, dependencies),
    await filledUnder(clientOrderId, fills.exits, position, dependencies),
  ];
  if (entered === undefined || givenBack === undefined) return;
  // No more than is too much now: a part of it may have been sold by hand.
  const excess = smallest(asQuantity(entered.minus(intended).minus(givenBack)), asQuantity(held.quantity.minus(wanted)));
  if (excess.lte("0")) return;
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

/** What was done a moment ago may not show yet. */
async function wasTriedLately(positionId: string, clientOrderId: string, { clock, orders }: ExecutionDependencies): Promise<boolean> {
  const record = (await orders.ofPosition(positionId)).find((order) => order.clientOrderId === clientOrderId);
  const last = record?.outcomes.at(-1);
  return last !== undefined && last.outcome !== "rejected" && clock.nowMs() - last.atMs < unclearForMs;
}

/** How much was filled under an id, which the exchange may have given to more than one order; undefined when an order is not known to it. */
async function filledUnder(
  clientOrderId: string,
  fills: readonly Fill[],
  { intent: { symbol } }: OpenPosition,
  { gateway }: ExecutionDependencies,
): Promise<Quantity | undefined> {
  let total = zeroQuantity;
  for (const [orderId, own] of Map.groupBy(fills, (fill) => fill.orderId)) {
    const order = await gateway.findOrderById(symbol, orderId);
    if (order === undefined) return undefined;
    if (order.clientOrderId === clientOrderId) for (const { quantity } of own) total = asQuantity(total.plus(quantity));
  }
  return total;
}
