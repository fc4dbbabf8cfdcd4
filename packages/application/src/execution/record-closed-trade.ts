import { asUsdt, toNumber, type Usdt, zeroUsdt } from "@winiswin/domain/decimal";
import { excursionOf } from "@winiswin/domain/exit/excursion";
import { isOrderOf } from "@winiswin/domain/order";
import { averagePrice, type ClosingPosition, type OpenPosition } from "@winiswin/domain/position";
import type { ExitReason, PartialExit, Trade } from "@winiswin/domain/trade";
import { ExchangeError } from "../ports/exchange-error.ts";
import type { Fill, ProtectionReport } from "../ports/order-gateway.ts";
import { blockAfterLoss } from "./block-after-loss.ts";
import type { ExecutionDependencies } from "./execution-dependencies.ts";
import { exitOrderState, fillsOf, totalOf } from "./exit-orders.ts";
import { isLeft } from "./reconcile-position.ts";

type FilledPosition = OpenPosition | ClosingPosition;

/**
 * Writes the trade of a position that the exchange no longer has, from the exchange's own fills, then forgets the position.
 *
 * Undefined while the fills do not yet cover the exit or an order of it could not be taken away: the guard comes again.
 */
export async function recordClosedTrade(
  position: FilledPosition,
  protections: readonly ProtectionReport[],
  dependencies: ExecutionDependencies,
): Promise<Trade | undefined> {
  const { gateway, trades, positions, eventBus, logger, control } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  const fills = await fillsOf(position, gateway);
  const { entries, exits: exitFills } = fills;
  const exitPrice = averagePrice(exitFills);
  const lastExit = exitFills.at(-1);
  if (exitPrice === undefined || lastExit === undefined || !isLeft(fills, position)) {
    logger.warn("position is gone but its exit fills are not visible yet", {
      positionId,
      exitQuantity: totalOf(exitFills).toFixed(),
      quantity: position.quantity.toFixed(),
    });
    return undefined;
  }
  if (!(await isRidOfOrders(position, protections, dependencies))) return undefined;
  const openedAtMs = entries[0]?.timeMs ?? position.filledAtMs;
  const exits = await exitsOf(position, exitFills, dependencies);
  const isLiquidated = exits.some((exit) => exit.reason === "liquidated");
  const grossProfit = sumOf(exitFills.map((fill) => fill.realisedProfit));
  const clearance = isLiquidated ? await gateway.clearanceFeesSince(symbol, openedAtMs) : zeroUsdt;
  const fees = asUsdt(sumOf([...entries, ...exitFills].map((fill) => fill.fee)).plus(clearance));
  const funding = await gateway.fundingSince(symbol, openedAtMs);
  const netProfit = asUsdt(grossProfit.minus(fees).plus(funding));
  const trade: Trade = {
    bot,
    positionId,
    cycleId: position.cycleId,
    symbol,
    strategy: position.strategy,
    direction,
    ...entryOf(position, entries),
    exitPrice,
    openedAtMs,
    closedAtMs: lastExit.timeMs,
    exitReason: exits.at(-1)?.reason ?? "elsewhere",
    exits,
    ...(await excursion(position, openedAtMs, exitFills, lastExit.timeMs, dependencies)),
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
  await positions.remove(position);
  await control.unfreezeSymbol(symbol);
  logger.info("position closed", { positionId, exitReason: trade.exitReason, netProfit: netProfit.toFixed(), rMultiple: trade.rMultiple });
  return trade;
}

/** What was entered in all: more than we did when somebody, or the exchange itself, added to it; the result counts all of it. */
function entryOf({ quantity, entryPrice }: FilledPosition, entries: readonly Fill[]): Pick<Trade, "quantity" | "entryPrice"> {
  const total = totalOf(entries);
  return total.eq(quantity) ? { quantity, entryPrice } : { quantity: total, entryPrice: averagePrice(entries) ?? entryPrice };
}

/** Reduce-only orders outlive their position and would cut the next one on the symbol: it is not forgotten before they are gone. */
async function isRidOfOrders(
  { intent: { bot, symbol, positionId } }: FilledPosition,
  protections: readonly ProtectionReport[],
  { gateway, logger }: ExecutionDependencies,
): Promise<boolean> {
  for (const { clientOrderId } of protections.filter((report) => report.symbol === symbol && isOrderOf(bot, report.clientOrderId))) {
    const outcome = await gateway.cancelProtection(symbol, clientOrderId);
    if (outcome.outcome === "accepted") continue;
    logger.warn("an order of a closed position could not be taken away yet", { positionId, clientOrderId, reason: outcome.reason });
    return false;
  }
  return true;
}

/** What each order took, in order, with the reason for which that order existed. */
async function exitsOf(
  position: FilledPosition,
  fills: readonly Fill[],
  dependencies: ExecutionDependencies,
): Promise<readonly PartialExit[]> {
  const byOrder = [...Map.groupBy(fills, (fill) => fill.orderId)];
  const reasons = await reasonsOf(
    position,
    byOrder.map(([orderId]) => orderId),
    dependencies,
  );
  return byOrder.flatMap(([orderId, own]): readonly PartialExit[] => {
    const [price, last] = [averagePrice(own), own.at(-1)];
    if (price === undefined || last === undefined) return [];
    const fee = sumOf(own.map((fill) => fill.fee));
    return [{ reason: reasons.get(orderId) ?? "elsewhere", price, quantity: totalOf(own), fee, atMs: last.timeMs }];
  });
}

async function reasonsOf(
  position: FilledPosition,
  orderIds: readonly string[],
  { gateway, orders }: ExecutionDependencies,
): Promise<ReadonlyMap<string, ExitReason>> {
  const { symbol, positionId } = position.intent;
  const reasons = new Map<string, ExitReason>();
  for (const record of await orders.ofPosition(positionId)) {
    if (record.leg === "entry") continue;
    if (orderIds.every((orderId) => reasons.has(orderId))) break;
    const found = await exitOrderState(gateway, symbol, record.clientOrderId);
    if (found.state !== "executed") continue;
    reasons.set(found.orderId, record.leg === "close" ? closeCauseOf(position) : record.leg);
  }
  for (const orderId of orderIds) {
    if (reasons.has(orderId)) continue;
    const order = await gateway.findOrderById(symbol, orderId);
    reasons.set(orderId, reasonOfStranger(order?.clientOrderId ?? ""));
  }
  return reasons;
}

const closeCauseOf = (position: FilledPosition): ExitReason => (position.state === "closing" ? position.closeCause : "closed");

/** The exchange names the orders that it makes itself; deleveraging is not our loss to explain and counts as somebody else's. */
const reasonOfStranger = (clientOrderId: string): ExitReason => {
  if (clientOrderId.startsWith("autoclose-")) return "liquidated";
  return clientOrderId.startsWith("settlement_autoclose-") ? "delisting" : "elsewhere";
};

/** Looked up afterwards in the minutes between entry and exit: prices seen once a minute would miss the extremes. */
async function excursion(
  { intent, entryPrice }: FilledPosition,
  openedAtMs: number,
  exitFills: readonly Fill[],
  closedAtMs: number,
  { marketData, logger }: ExecutionDependencies,
): Promise<Pick<Trade, "mfeR" | "maeR">> {
  const risk = Math.abs(toNumber(entryPrice) - toNumber(intent.stopPrice));
  try {
    const minutes = await marketData.extremesBetween(intent.symbol, openedAtMs, closedAtMs);
    const exitPrices = exitFills.map((fill) => toNumber(fill.price));
    const found = excursionOf({ direction: intent.direction, entryPrice: toNumber(entryPrice), risk }, minutes, exitPrices);
    return { mfeR: found?.mfeR, maeR: found?.maeR };
  } catch (error) {
    // A figure for looking must never keep a trade from being recorded.
    if (!(error instanceof ExchangeError)) throw error;
    logger.warn("excursion unknown", { positionId: intent.positionId, reason: error.message });
    return { mfeR: undefined, maeR: undefined };
  }
}

const sumOf = (amounts: readonly Usdt[]): Usdt => amounts.reduce<Usdt>((total, amount) => asUsdt(total.plus(amount)), zeroUsdt);
