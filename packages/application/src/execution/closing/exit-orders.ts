import { asQuantity, type Price, type Quantity, zeroQuantity } from "@winiswin/domain/decimal";
import { entrySideOf } from "@winiswin/domain/order";
import { averagePrice, type OpenPosition } from "@winiswin/domain/position";
import { fillsOfPosition, type PositionFills } from "@winiswin/domain/position-fills";
import type { Fill, OrderGateway, OrderReport } from "../../ports/order-gateway.ts";

/** What became of an order that takes something out of a position. */
export type ExitOrderState =
  /** The exchange never knew it: it was not sent, or refused. */
  | { readonly state: "absent" }
  /** Waiting for its price, or triggered and on its way. */
  | { readonly state: "waiting" }
  /** It became this order, or was this one from the start; its fills say how much it did. */
  | { readonly state: "executed"; readonly orderId: string; readonly report: OrderReport | undefined }
  | { readonly state: "ended" };

/** Looks at an order by our id, among the conditional ones first: a target that came too early was sent as a plain one. */
export async function exitOrderState(gateway: OrderGateway, symbol: string, clientOrderId: string): Promise<ExitOrderState> {
  const protection = await gateway.findProtection(symbol, clientOrderId);
  if (protection?.status === "new" || protection?.status === "triggering") return { state: "waiting" };
  if (protection?.spawnedOrderId !== undefined) return spawnedState(gateway, symbol, protection.spawnedOrderId);
  if (protection?.status === "triggered" || protection?.status === "finished") return { state: "waiting" };
  const plain = await gateway.findOrder(symbol, clientOrderId);
  if (plain !== undefined) return plainState(plain);
  return { state: protection === undefined ? "absent" : "ended" };
}

async function spawnedState(gateway: OrderGateway, symbol: string, orderId: string): Promise<ExitOrderState> {
  const spawned = await gateway.findOrderById(symbol, orderId);
  return spawned === undefined ? { state: "executed", orderId, report: undefined } : plainState(spawned);
}

function plainState(report: OrderReport): ExitOrderState {
  if (report.executedQuantity.gt("0")) return { state: "executed", orderId: report.orderId, report };
  return { state: report.status === "new" || report.status === "partiallyFilled" ? "waiting" : "ended" };
}

/** Our clock may be ahead of the exchange's, which stamps the fills. */
const largestClockLeadMs = 600_000;
/** An exchange that executes one request twice does so at once. */
const doublingMs = 2_000;

/**
 * The fills of a position: what opened it and what left it.
 *
 * They begin with the entry's own order; where the exchange never showed that order, with the moment at which the position was begun by our
 * clock.
 */
export async function fillsOf(
  { intent: { symbol, direction }, createdAtMs, entryOrderId }: Pick<OpenPosition, "intent" | "createdAtMs" | "entryOrderId">,
  gateway: OrderGateway,
): Promise<PositionFills<Fill>> {
  const fills = await gateway.fillsSince(symbol, createdAtMs - (entryOrderId === undefined ? 1_000 : largestClockLeadMs));
  if (entryOrderId === undefined) return fillsOfPosition(fills, entrySideOf(direction));
  const enteredAtMs = fills.find(({ orderId }) => orderId === entryOrderId)?.timeMs;
  // Without any fill of our entry there is nothing yet that could be counted.
  const own = enteredAtMs === undefined ? [] : fills.filter(({ timeMs }) => timeMs >= enteredAtMs - doublingMs);
  return fillsOfPosition(own, entrySideOf(direction));
}

export const totalOf = (fills: readonly Fill[]): Quantity =>
  fills.reduce<Quantity>((total, fill) => asQuantity(total.plus(fill.quantity)), zeroQuantity);

export interface Taken {
  readonly quantity: Quantity;
  readonly price: Price;
  readonly atMs: number;
}

/** What the fills of one order did; undefined while none is visible. */
export function doneBy(fills: readonly Fill[], orderId: string): Taken | undefined {
  const own = fills.filter((fill) => fill.orderId === orderId);
  const [price, last] = [averagePrice(own), own.at(-1)];
  return price === undefined || last === undefined ? undefined : { quantity: totalOf(own), price, atMs: last.timeMs };
}
