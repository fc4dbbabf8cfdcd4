import { type LiquidationThreat, liquidationThreat } from "@winiswin/domain/exit/liquidation-threat";
import type { OpenPosition } from "@winiswin/domain/position";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { ExchangePosition } from "../../ports/order-gateway.ts";
import { type CloseDecision, closePosition } from "../closing/close-position.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";

/**
 * Tells when the exchange would liquidate what is held before its stop, or too close behind it, and says to close it in the first case.
 *
 * The exchange is asked once more before anything is closed: a market close cannot be taken back, and a figure can be old.
 */
export async function dueBeforeLiquidation(
  { intent }: OpenPosition,
  held: ExchangePosition,
  dependencies: ExecutionDependencies,
): Promise<CloseDecision | undefined> {
  const { gateway, positions, eventBus, logger } = dependencies;
  const { bot, positionId, symbol, direction } = intent;
  const current = await positions.find(bot, positionId);
  if (current?.state !== "open" || threatOf(current, held, dependencies) === "none") return undefined;
  const again = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
  const threat = again === undefined ? "none" : threatOf(current, again, dependencies);
  if (again === undefined || threat === "none") return undefined;
  const [liquidation, stop] = [again.liquidationPrice?.toFixed() ?? "unknown", current.stopPrice.toFixed()];
  const reason =
    threat === "beforeStop"
      ? `the liquidation at ${liquidation} would come before the stop at ${stop}`
      : `the liquidation at ${liquidation} lies too close behind the stop at ${stop}, or is passed already`;
  const detail = threat === "beforeStop" ? `${reason}; it is closed at market` : `${reason}; add margin or close it`;
  logger.error("liquidation near", { positionId, threat, liquidation, stop });
  await eventBus.publish([{ type: "TroubleSeen", code: "LIQUIDATION_NEAR", symbol, detail }]);
  return threat === "beforeStop" ? { cause: "closed", reason } : undefined;
}

/** Looks once, right after the fill: a worse price than the planned one brings the liquidation nearer. Why it was closed, if it was. */
export async function leaveBeforeLiquidation(
  position: OpenPosition,
  dependencies: ExecutionDependencies,
): Promise<readonly { readonly code: string; readonly reason: string }[]> {
  const { gateway, positions, logger } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  try {
    const held = (await gateway.positions()).find((open) => open.symbol === symbol && open.direction === direction);
    if (held === undefined || threatOf(position, held, dependencies) === "none") return [];
    const due = await dueBeforeLiquidation(position, held, dependencies);
    const current = await positions.find(bot, positionId);
    if (due === undefined || current?.state !== "open") return [];
    await closePosition(current, due, dependencies);
    return [{ code: "CLOSED_AT_ONCE", reason: due.reason }];
  } catch (error) {
    // It has its stop by now, and the guard looks every minute.
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("the liquidation price after the fill is unknown", { positionId, reason: error.message });
    return [];
  }
}

export const threatOf = (
  { intent, entryPrice, stopPrice }: OpenPosition,
  { liquidationPrice, markPrice }: ExchangePosition,
  { configuration }: Pick<ExecutionDependencies, "configuration">,
): LiquidationThreat =>
  liquidationThreat({
    direction: intent.direction,
    entryPrice,
    firstStopPrice: intent.stopPrice,
    stopPrice,
    markPrice,
    liquidationPrice,
    bufferFraction: configuration.liquidationBufferFraction,
  });
