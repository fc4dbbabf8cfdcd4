import { isOrderOf } from "@winiswin/domain/order";
import type { Trade } from "@winiswin/domain/trade";
import type { ProtectionReport } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { blockAfterLoss } from "./block-after-loss.ts";
import { closedTradeOf, type FilledPosition } from "./closed-trade.ts";

/**
 * Writes the trade of a position that the exchange no longer has, then forgets the position.
 *
 * Undefined while the fills do not yet cover entry and exit, while a late row may still change the result, or while an order of it could not be
 * taken away: the guard comes again.
 */
export async function recordClosedTrade(
  position: FilledPosition,
  protections: readonly ProtectionReport[],
  dependencies: ExecutionDependencies,
): Promise<Trade | undefined> {
  const closed = await closedTradeOf(position, dependencies);
  if (closed === undefined || !(await isRidOfOrders(position, protections, dependencies))) return undefined;
  const { trade, mayChangeForMs } = closed;
  const { clock, trades, positions, eventBus, logger, control } = dependencies;
  const missedForMs = position.missingSinceMs === undefined ? 0 : clock.nowMs() - position.missingSinceMs;
  if (missedForMs < mayChangeForMs) return undefined;
  const { positionId, symbol, direction, exitReason, exitPrice, netProfit, fees, rMultiple } = trade;
  await trades.record(trade);
  await blockAfterLoss(trade, dependencies);
  // Published before the position is forgotten: a crash between the two tells it twice rather than never.
  await eventBus.publish([
    {
      type: "PositionClosed",
      cycleId: trade.cycleId,
      positionId,
      symbol,
      direction,
      exitReason,
      exitPrice: exitPrice.toFixed(),
      netProfit: netProfit.toFixed(),
      fees: fees.toFixed(),
      rMultiple,
    },
  ]);
  await positions.remove(position);
  await control.unfreezeSymbol(symbol);
  logger.info("position closed", { positionId, exitReason, netProfit: netProfit.toFixed(), rMultiple });
  return trade;
}

/** Reduce-only orders outlive their position and would cut the next one on the symbol: it is not forgotten before they are gone. */
export async function isRidOfOrders(
  { intent: { bot, symbol, positionId } }: FilledPosition,
  protections: readonly ProtectionReport[],
  { gateway, logger }: ExecutionDependencies,
): Promise<boolean> {
  for (const { clientOrderId } of protections.filter((report) => report.symbol === symbol && isOrderOf(bot, report.clientOrderId))) {
    const outcome = await gateway.cancelProtection(symbol, clientOrderId, "its position is gone");
    if (outcome.outcome === "accepted") continue;
    logger.warn("an order of a closed position could not be taken away yet", { positionId, clientOrderId, reason: outcome.reason });
    return false;
  }
  return true;
}
