import type { OrderIntent } from "@winiswin/domain/order";
import { initialRiskOf, type OpenPosition } from "@winiswin/domain/position";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import type { PlacedOrder } from "./protection.ts";

/** Tells that a position has no confirmed stop: the one message that must never be missed. */
export async function announceUnprotected(
  { intent: { positionId, symbol } }: { readonly intent: Pick<OrderIntent, "positionId" | "symbol"> },
  detail: string,
  { eventBus, logger }: Pick<ExecutionDependencies, "eventBus" | "logger">,
): Promise<void> {
  logger.error("position unprotected", { positionId, detail });
  await eventBus.publish([{ type: "PositionUnprotected", positionId, symbol, detail }]);
}

/** Tells that a position was opened; called by whoever learnt of the fill. */
export async function announceOpened(
  position: OpenPosition,
  { eventBus, logger }: Pick<ExecutionDependencies, "eventBus" | "logger">,
): Promise<void> {
  const { intent } = position;
  logger.info("position opened", {
    positionId: intent.positionId,
    quantity: position.quantity.toFixed(),
    entryPrice: position.entryPrice.toFixed(),
  });
  await eventBus.publish([
    {
      type: "PositionOpened",
      cycleId: position.cycleId,
      positionId: intent.positionId,
      symbol: intent.symbol,
      direction: intent.direction,
      strategy: position.strategy,
      quantity: position.quantity.toFixed(),
      entryPrice: position.entryPrice.toFixed(),
      stopPrice: position.stopPrice.toFixed(),
      targetPrice: position.targetPrice.toFixed(),
      leverage: intent.leverage,
      initialRisk: initialRiskOf(position).toFixed(),
    },
  ]);
}

/** Tells that a stop was moved, once for every place it is moved to. */
export async function announceMoved(
  { intent, stopPrice, stopLeg }: OpenPosition,
  placed: readonly PlacedOrder[],
  { eventBus, logger }: Pick<ExecutionDependencies, "eventBus" | "logger">,
): Promise<void> {
  if (stopLeg === "stopLoss" || !placed.some(({ leg, isFirst }) => leg === stopLeg && isFirst)) return;
  const { positionId, symbol, direction } = intent;
  const detail = stopLeg === "breakeven" ? "breakeven with fees and funding, after the first target" : "it follows the price";
  logger.info("stop moved", { positionId, stopLeg, stopPrice: stopPrice.toFixed() });
  await eventBus.publish([{ type: "StopMoved", positionId, symbol, direction, to: stopPrice.toFixed(), detail }]);
}
