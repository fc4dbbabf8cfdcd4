import { exitSideOf, isOrderOf, type OrderIntent } from "@winiswin/domain/order";
import { type ClosingPosition, desiredProtection } from "@winiswin/domain/position";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/** Takes away every order of ours with a quantity: what is about to be closed must not be claimed by our own targets and moved stops. */
export async function withdrawClaims(position: ClosingPosition, { gateway }: Pick<ExecutionDependencies, "gateway">): Promise<void> {
  for (const { symbol, clientOrderId, quantity } of desiredProtection(position))
    if (quantity !== undefined) await gateway.cancelProtection(symbol, clientOrderId, "it may claim what is closed at market");
}

/** Which orders of other hands may claim what is to be closed; they are told and never touched. */
export async function claimsText(
  { bot, symbol, direction }: Pick<OrderIntent, "bot" | "symbol" | "direction">,
  { gateway, logger }: Pick<ExecutionDependencies, "gateway" | "logger">,
): Promise<string> {
  try {
    const [plain, conditional] = await Promise.all([gateway.openOrders(symbol), gateway.openProtections()]);
    const claims = [
      ...plain.filter(({ reduceOnly }) => reduceOnly),
      ...conditional.filter((order) => order.symbol === symbol && !order.closePosition),
    ].filter(({ side, clientOrderId }) => side === exitSideOf(direction) && !isOrderOf(bot, clientOrderId));
    if (claims.length === 0) return "no other order is seen that could be in the way";
    const named = claims.map(({ side, quantity, clientOrderId }) => `${side} ${quantity?.toFixed() ?? "all"} ${clientOrderId}`);
    return `in the way may be ${named.join(", ")}`;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("orders in the way unknown", { symbol, reason: error.message });
    return "which orders are in the way could not be asked";
  }
}
