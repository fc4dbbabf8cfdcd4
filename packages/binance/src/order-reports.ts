import { type Clock, sleepFor } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { Logger } from "@winiswin/application/ports/logger";
import type { OrderReport, OrderStatus, ProtectionReport, ProtectionStatus, RestingOrder } from "@winiswin/application/ports/order-gateway";
import { asPrice, asQuantity, decimal, type Price } from "@winiswin/domain/decimal";
import { isOrderOfProgram, type OrderSide } from "@winiswin/domain/order";
import * as z from "zod";
import type { RestClient } from "./rest-client.ts";
import { parseAnswer, wireDecimal, wireId, wirePrice, wireQuantity } from "./wire.ts";

const orderStatuses: Record<string, OrderStatus> = {
  NEW: "new",
  PARTIALLY_FILLED: "partiallyFilled",
  FILLED: "filled",
  CANCELED: "canceled",
  REJECTED: "rejected",
  EXPIRED: "expired",
  EXPIRED_IN_MATCH: "expired",
};

const protectionStatuses: Record<string, ProtectionStatus> = {
  NEW: "new",
  TRIGGERING: "triggering",
  TRIGGERED: "triggered",
  FINISHED: "finished",
  CANCELED: "canceled",
  REJECTED: "rejected",
  EXPIRED: "expired",
};

const protectionLegs: Record<string, ProtectionReport["leg"]> = { STOP_MARKET: "stopLoss", TAKE_PROFIT_MARKET: "takeProfit" };

export const wireSide = z.enum(["BUY", "SELL"]).transform((side): OrderSide => (side === "BUY" ? "buy" : "sell"));

const wireOrder = z.object({
  orderId: wireId,
  clientOrderId: z.string(),
  symbol: z.string(),
  side: wireSide,
  type: z.string(),
  status: z.string().refine((status) => status in orderStatuses, "is no order status"),
  origQty: wireQuantity,
  executedQty: wireQuantity,
  reduceOnly: z.boolean(),
  // Not documented any more where an order is placed, and seen as 0 where it should not be.
  avgPrice: wirePrice.optional(),
  cumQuote: wireDecimal.optional(),
});

const wireAlgoOrder = z
  .object({
    clientAlgoId: z.string(),
    symbol: z.string(),
    side: wireSide,
    orderType: z.string().optional(),
    // Some answers name it like a plain order does.
    type: z.string().optional(),
    algoStatus: z.string().refine((status) => status in protectionStatuses, "is no status of a conditional order"),
    // A trailing stop has none before it is activated.
    triggerPrice: z.union([wirePrice, z.literal("").transform(() => asPrice(decimal("0")))]).default(asPrice(decimal("0"))),
    closePosition: z.boolean().default(false),
    quantity: wireQuantity.optional(),
    actualOrderId: z.union([wireId, z.literal("")]).nullish(),
  })
  .transform((order) => ({ ...order, orderType: order.orderType ?? order.type ?? "" }));

export type WireOrder = z.output<typeof wireOrder>;
export type WireAlgoOrder = z.output<typeof wireAlgoOrder>;

/** The plain order with this client id; undefined when the exchange does not know it. */
export async function readOrder(client: RestClient, symbol: string, clientOrderId: string): Promise<WireOrder | undefined> {
  const body = await knownOnly(client.read("fapi/v1/order", { symbol, origClientOrderId: clientOrderId }));
  return body === undefined ? undefined : parseAnswer("fapi/v1/order", wireOrder, body);
}

/** The conditional order with this client id; undefined when the exchange does not know it. */
export async function readAlgoOrder(client: RestClient, symbol: string, clientOrderId: string): Promise<WireAlgoOrder | undefined> {
  const body = await knownOnly(client.read("fapi/v1/algoOrder", { clientAlgoId: clientOrderId }));
  if (body === undefined) return undefined;
  const order = parseAnswer("fapi/v1/algoOrder", wireAlgoOrder, body);
  return order.symbol === symbol ? order : undefined;
}

const unknownOrderCodes = [-2011, -2013];

async function knownOnly(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ExchangeError && error.code !== undefined && unknownOrderCodes.includes(error.code)) return undefined;
    throw error;
  }
}

export async function findOrder(client: RestClient, clock: Clock, symbol: string, clientOrderId: string): Promise<OrderReport | undefined> {
  const order = await readOrder(client, symbol, clientOrderId);
  if (order === undefined) return undefined;
  return reportOf(client, clock, order);
}

/** Any order of the account by the exchange's own number. */
export async function findOrderById(client: RestClient, clock: Clock, symbol: string, orderId: string): Promise<OrderReport | undefined> {
  const body = await knownOnly(client.read("fapi/v1/order", { symbol, orderId }));
  return body === undefined ? undefined : reportOf(client, clock, parseAnswer("fapi/v1/order", wireOrder, body));
}

async function reportOf(client: RestClient, clock: Clock, order: WireOrder): Promise<OrderReport> {
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    status: orderStatuses[order.status] ?? "new",
    executedQuantity: order.executedQty,
    averagePrice: await averagePriceOf(client, clock, order),
  };
}

const zero = decimal("0");
const wireFilledParts = z.array(z.object({ orderId: wireId, qty: wireQuantity, quoteQty: wireDecimal }));

/** Without saying so only the first 500 come. */
const mostFills = "1000";

const pausesForFillsMs = [200, 400];

/**
 * The order's own average, else its quote over its quantity, else that of its fills.
 *
 * Undefined while nothing is executed, and when the exchange does not show all fills within a moment: the order can be ahead of them, and an
 * average of a part would be believed as the whole.
 */
async function averagePriceOf(client: RestClient, clock: Clock, order: WireOrder): Promise<Price | undefined> {
  if (!order.executedQty.gt(zero)) return undefined;
  if (order.avgPrice?.gt(zero) === true) return order.avgPrice;
  if (order.cumQuote?.gt(zero) === true) return asPrice(order.cumQuote.div(order.executedQty));
  for (const pauseMs of [0, ...pausesForFillsMs]) {
    if (pauseMs > 0) await sleepFor(clock, pauseMs);
    const body = await client.read("fapi/v1/userTrades", { symbol: order.symbol, orderId: order.orderId, limit: mostFills });
    const parts = parseAnswer("fapi/v1/userTrades", wireFilledParts, body).filter(({ orderId }) => orderId === order.orderId);
    const filled = parts.reduce((sum, { qty }) => sum.plus(qty), zero);
    const paid = parts.reduce((sum, { quoteQty }) => sum.plus(quoteQty), zero);
    if (filled.eq(order.executedQty)) return asPrice(paid.div(filled));
  }
  return undefined;
}

export function protectionReportOf(order: WireAlgoOrder): ProtectionReport {
  return {
    clientOrderId: order.clientAlgoId,
    symbol: order.symbol,
    leg: protectionLegs[order.orderType] ?? "other",
    side: order.side,
    triggerPrice: order.triggerPrice,
    closePosition: order.closePosition,
    quantity: order.closePosition ? undefined : order.quantity,
    status: protectionStatuses[order.algoStatus] ?? "new",
    spawnedOrderId: order.actualOrderId === "" || order.actualOrderId == null ? undefined : order.actualOrderId,
  };
}

export async function findProtection(client: RestClient, symbol: string, clientOrderId: string): Promise<ProtectionReport | undefined> {
  const order = await readAlgoOrder(client, symbol, clientOrderId);
  return order === undefined ? undefined : protectionReportOf(order);
}

const someId = z.looseObject({ clientAlgoId: z.string() });

/** An order of somebody else that cannot be understood is left out and told: it must not keep our own from being looked at. */
export async function openProtections(client: RestClient, logger?: Logger): Promise<readonly ProtectionReport[]> {
  const body = await client.read("fapi/v1/openAlgoOrders", undefined, "look");
  const rows = parseAnswer("fapi/v1/openAlgoOrders", z.array(z.unknown()), body);
  const isForeign = (row: unknown): boolean => {
    const named = someId.safeParse(row);
    return named.success && !isOrderOfProgram(named.data.clientAlgoId);
  };
  const understood = rows.filter((row) => !isForeign(row) || wireAlgoOrder.safeParse(row).success);
  if (understood.length < rows.length)
    logger?.warn("conditional orders of somebody else are of an unknown kind and left out", { leftOut: rows.length - understood.length });
  return parseAnswer("fapi/v1/openAlgoOrders", z.array(wireAlgoOrder), understood).map(protectionReportOf);
}

export async function openOrders(client: RestClient, symbol: string): Promise<readonly RestingOrder[]> {
  const body = await client.read("fapi/v1/openOrders", { symbol });
  return parseAnswer("fapi/v1/openOrders", z.array(wireOrder), body).map(
    ({ clientOrderId, side, reduceOnly, origQty, executedQty }): RestingOrder => ({
      clientOrderId,
      side,
      reduceOnly,
      quantity: asQuantity(origQty.minus(executedQty)),
    }),
  );
}
