import { asQuantity, asUsdt, type Quantity, toNumber, type Usdt, zeroQuantity, zeroUsdt } from "@winiswin/domain/decimal";
import { entrySideOf } from "@winiswin/domain/order";
import { averagePrice, type ClosingPosition, desiredProtection, type OpenPosition } from "@winiswin/domain/position";
import type { ExitReason, Trade } from "@winiswin/domain/trade";
import type { Fill, ProtectionStatus } from "../ports/order-gateway.ts";
import { blockAfterLoss } from "./block-after-loss.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";

/**
 * Writes the trade of a position that the exchange no longer has, from the exchange's own fills, then forgets the position.
 *
 * Undefined while the fills do not yet cover the exit: the guard asks again.
 */
export async function recordClosedTrade(
  position: OpenPosition | ClosingPosition,
  dependencies: ExecutionDependencies,
): Promise<Trade | undefined> {
  const { gateway, trades, positions, eventBus, logger, control } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  const fills = await gateway.fillsSince(symbol, position.createdAtMs - 1_000);
  const entries = fills.filter((fill) => fill.side === entrySideOf(direction));
  const exits = fills.filter((fill) => fill.side !== entrySideOf(direction));
  const exitPrice = averagePrice(exits);
  const lastExit = exits.at(-1);
  if (exitPrice === undefined || lastExit === undefined || totalOf(exits).lt(position.quantity)) {
    logger.warn("position is gone but its exit fills are not visible yet", {
      positionId,
      exitQuantity: totalOf(exits).toFixed(),
      quantity: position.quantity.toFixed(),
    });
    return undefined;
  }
  const grossProfit = sumOf(exits.map((fill) => fill.realisedProfit));
  const fees = sumOf([...entries, ...exits].map((fill) => fill.fee));
  const funding = await gateway.fundingSince(symbol, entries[0]?.timeMs ?? position.filledAtMs);
  const netProfit = asUsdt(grossProfit.minus(fees).plus(funding));
  const trade: Trade = {
    bot,
    positionId,
    cycleId: position.cycleId,
    symbol,
    strategy: position.strategy,
    direction,
    quantity: position.quantity,
    entryPrice: position.entryPrice,
    exitPrice,
    openedAtMs: entries[0]?.timeMs ?? position.filledAtMs,
    closedAtMs: lastExit.timeMs,
    exitReason: await exitReasonOf(position, dependencies),
    exits: undefined,
    mfeR: undefined,
    maeR: undefined,
    grossProfit,
    fees,
    funding,
    netProfit,
    initialRisk: position.intent.initialRisk,
    rMultiple: toNumber(netProfit) / toNumber(position.intent.initialRisk),
  };
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
      exitReason: trade.exitReason,
      exitPrice: exitPrice.toFixed(),
      netProfit: netProfit.toFixed(),
      fees: fees.toFixed(),
      rMultiple: trade.rMultiple,
    },
  ]);
  for (const order of desiredProtection({ ...position, state: "open" })) await gateway.cancelProtection(symbol, order.clientOrderId);
  await positions.remove(position);
  await control.unfreezeSymbol(symbol);
  logger.info("position closed", { positionId, exitReason: trade.exitReason, netProfit: netProfit.toFixed(), rMultiple: trade.rMultiple });
  return trade;
}

const executed: ReadonlySet<ProtectionStatus> = new Set(["triggering", "triggered", "finished"]);

async function exitReasonOf(position: OpenPosition | ClosingPosition, { gateway }: ExecutionDependencies): Promise<ExitReason> {
  for (const order of desiredProtection({ ...position, state: "open" })) {
    const report = await gateway.findProtection(order.symbol, order.clientOrderId);
    if (report !== undefined && executed.has(report.status)) return order.leg;
  }
  return position.state === "closing" ? "closed" : "elsewhere";
}

const totalOf = (fills: readonly Fill[]): Quantity =>
  fills.reduce<Quantity>((total, fill) => asQuantity(total.plus(fill.quantity)), zeroQuantity);

const sumOf = (amounts: readonly Usdt[]): Usdt => amounts.reduce<Usdt>((total, amount) => asUsdt(total.plus(amount)), zeroUsdt);
