import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { OrderGateway, PlaceOutcome } from "@winiswin/application/ports/order-gateway";
import { toText } from "@winiswin/domain/decimal";
import { entrySideOf, exitSideOf, type OrderSide, type ProtectiveOrder } from "@winiswin/domain/order";
import { findProtection, readAlgoOrder, readOrder } from "./order-reports.ts";
import type { RequestParameters, RestClient, WriteAnswer } from "./rest-client.ts";

type Placement = Pick<OrderGateway, "placeEntry" | "placeProtection" | "closeAtMarket" | "cancelProtection">;

const wireSideOf = (side: OrderSide): string => (side === "buy" ? "BUY" : "SELL");

/**
 * How a leg is triggered. The stop looks at the mark price, which liquidation also uses and which a single thin trade cannot move. The target
 * looks at the last price, because a profit is only there when somebody really traded at it.
 */
const triggers: Record<ProtectiveOrder["leg"], { readonly type: string; readonly workingType: string }> = {
  stopLoss: { type: "STOP_MARKET", workingType: "MARK_PRICE" },
  breakeven: { type: "STOP_MARKET", workingType: "MARK_PRICE" },
  trailing: { type: "STOP_MARKET", workingType: "MARK_PRICE" },
  takeProfit: { type: "TAKE_PROFIT_MARKET", workingType: "CONTRACT_PRICE" },
};

/** Sends orders under our own ids. The SDK's order methods are not used: they print the order and put their author's tag into ids. */
export function createPlacement(client: RestClient): Placement {
  /** A market order, accepted also when an order that equals it is open under the id already. */
  async function placeMarket(order: {
    symbol: string;
    side: OrderSide;
    quantity: string;
    clientOrderId: string;
    reduceOnly: boolean;
  }): Promise<PlaceOutcome> {
    const { symbol, clientOrderId, quantity } = order;
    const side = wireSideOf(order.side);
    const answer = await client.write(
      "POST",
      "fapi/v1/order",
      {
        symbol,
        side,
        type: "MARKET",
        quantity,
        ...(order.reduceOnly ? { reduceOnly: "true" } : {}),
        newClientOrderId: clientOrderId,
        newOrderRespType: "RESULT",
      },
      order.reduceOnly ? "rescue" : "entry",
    );
    return outcomeOf(answer, "clientOrderId", clientOrderId, async () => {
      const found = await readOrder(client, symbol, clientOrderId);
      return (
        found &&
        found.side === order.side &&
        toText(found.origQty) === quantity &&
        found.reduceOnly === order.reduceOnly &&
        found.type === "MARKET"
      );
    });
  }

  return {
    placeEntry: (intent) =>
      placeMarket({
        symbol: intent.symbol,
        side: entrySideOf(intent.direction),
        quantity: toText(intent.quantity),
        clientOrderId: intent.clientOrderId,
        reduceOnly: false,
      }),

    closeAtMarket: (order) =>
      placeMarket({
        symbol: order.symbol,
        side: exitSideOf(order.direction),
        quantity: toText(order.quantity),
        clientOrderId: order.clientOrderId,
        reduceOnly: true,
      }),

    async placeProtection(order) {
      const { symbol, clientOrderId, triggerPrice, quantity } = order;
      const { type, workingType } = triggers[order.leg];
      const side = exitSideOf(order.direction);
      const parameters: RequestParameters = {
        algoType: "CONDITIONAL",
        symbol,
        side: wireSideOf(side),
        type,
        triggerPrice: toText(triggerPrice),
        workingType,
        // Only one order of a kind may close the position (-4130); with a quantity there may be several, and none opens the other way.
        ...(quantity === undefined ? { closePosition: "true" } : { quantity: toText(quantity), reduceOnly: "true" }),
        // A protected trigger may not execute in a fast market, which is exactly when a stop is needed.
        priceProtect: "false",
        clientAlgoId: clientOrderId,
      };
      const answer = await client.write("POST", "fapi/v1/algoOrder", parameters, order.leg === "takeProfit" ? "protection" : "rescue");
      return outcomeOf(answer, "clientAlgoId", clientOrderId, async () => {
        const look = await lookAt(() => readAlgoOrder(client, symbol, clientOrderId));
        // An id of ours names a leg and a revision, which never have two prices: that it is open is what the exchange has just said.
        if (look === undefined) return true;
        const { found } = look;
        if (found === undefined) return undefined;
        const isSameAmount = quantity === undefined ? found.closePosition : found.quantity?.eq(quantity) === true;
        return found.side === side && found.orderType === type && isSameAmount && found.triggerPrice.eq(triggerPrice);
      });
    },

    async cancelProtection(symbol, clientOrderId) {
      const answer = await client.write("DELETE", "fapi/v1/algoOrder", { clientAlgoId: clientOrderId }, "protection");
      if (answer.answer !== "rejected" || answer.row !== "orderUnknown") return outcomeOf(answer, "clientAlgoId", clientOrderId);
      // An order that was reported unknown here has executed hours later once: gone is what a look at it says.
      return settle(answer, async () => {
        const found = await findProtection(client, symbol, clientOrderId);
        if (found === undefined || (found.status !== "new" && found.status !== "triggering")) return { outcome: "accepted" };
        return { outcome: "unknown", reason: `${clientOrderId} is ${found.status} although its cancelling found no order` };
      });
    },
  };
}

/** Undefined when it cannot be looked at now. */
async function lookAt<Found>(read: () => Promise<Found>): Promise<{ readonly found: Found } | undefined> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return undefined;
  }
}

/** `isOurs` looks behind a duplicate id: true when the order under it is this one, undefined when there is none. */
async function outcomeOf(
  answer: WriteAnswer,
  idField: string,
  clientOrderId: string,
  isOurs?: () => Promise<boolean | undefined>,
): Promise<PlaceOutcome> {
  switch (answer.answer) {
    case "alreadySo":
      return { outcome: "accepted" };
    case "unknown":
      return { outcome: "unknown", reason: answer.reason };
    case "done": {
      const echoed = (answer.body as Readonly<Record<string, unknown>>)[idField];
      if (echoed === clientOrderId) return { outcome: "accepted" };
      return { outcome: "unknown", reason: `the answer to ${clientOrderId} names the order ${String(echoed)}` };
    }
    case "rejected":
      if (answer.row !== "duplicateClientOrderId" || isOurs === undefined) return rejection(answer);
      return settle(answer, async () => {
        const ours = await isOurs();
        if (ours === undefined) return { outcome: "unknown", reason: `${answer.reason}, and then it was not found` };
        return ours ? { outcome: "accepted" } : rejection(answer);
      });
  }
}

const rejection = ({ code, reason, meaning }: WriteAnswer & { answer: "rejected" }): PlaceOutcome => ({
  outcome: "rejected",
  code,
  reason,
  meaning,
});

/** An outcome that takes another look; when the look fails, the outcome stays unknown. */
async function settle(answer: WriteAnswer & { answer: "rejected" }, look: () => Promise<PlaceOutcome>): Promise<PlaceOutcome> {
  try {
    return await look();
  } catch (error) {
    return {
      outcome: "unknown",
      reason: `${answer.reason}; looking at it failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
