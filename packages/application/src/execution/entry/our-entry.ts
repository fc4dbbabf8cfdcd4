import type { OrderIntent } from "@winiswin/domain/order";
import { entrySideOf } from "@winiswin/domain/order";
import type { ExchangePosition } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { unlessAway } from "../unless-away.ts";

/**
 * Whether what is held in an entry's symbol and direction came from that entry: the exchange knows its order as executed, or a fill of it, or
 * holds exactly what was intended. Somebody may have bought the same symbol by hand meanwhile.
 *
 * While nothing can be asked, no more than was intended counts as ours: it may be a part of it.
 */
export async function isFromOurEntry(
  { intent, createdAtMs }: { readonly intent: OrderIntent; readonly createdAtMs: number },
  held: ExchangePosition,
  { gateway }: Pick<ExecutionDependencies, "gateway">,
): Promise<boolean> {
  if (held.quantity.eq(intent.quantity)) return true;
  const { symbol, clientOrderId, direction } = intent;
  const order = await unlessAway(async () => ({ known: await gateway.findOrder(symbol, clientOrderId) }));
  if (order?.known !== undefined) return order.known.executedQuantity.gt("0");
  const fills = await unlessAway(() => gateway.fillsSince(symbol, createdAtMs - 1_000));
  if (order === undefined && fills === undefined) return held.quantity.lt(intent.quantity);
  const orderIds = new Set((fills ?? []).filter(({ side }) => side === entrySideOf(direction)).map(({ orderId }) => orderId));
  for (const orderId of orderIds) {
    const found = await unlessAway(() => gateway.findOrderById(symbol, orderId));
    if (found?.clientOrderId === clientOrderId) return true;
  }
  return false;
}
