import { asUsdt, toNumber, type Usdt, zeroUsdt } from "@winiswin/domain/decimal";
import { excursionOf } from "@winiswin/domain/exit/excursion";
import { averagePrice, type ClosingPosition, initialRiskOf, type OpenPosition } from "@winiswin/domain/position";
import type { ExitReason, PartialExit, Trade } from "@winiswin/domain/trade";
import { ExchangeError } from "../../ports/exchange-error.ts";
import type { Fill } from "../../ports/order-gateway.ts";
import type { ExecutionDependencies } from "../execution-dependencies.ts";
import { isLeft } from "../guard/reconcile-position.ts";
import { exitOrderState, fillsOf, totalOf } from "./exit-orders.ts";

export type FilledPosition = OpenPosition | ClosingPosition;

/** What became of a position that is gone. */
export interface ClosedTrade {
  readonly trade: Trade;
  /** For how long after it was first missed it may still change: 0 when everything that belongs to it is there. */
  readonly mayChangeForMs: number;
}

/** The trade of a position that the exchange no longer has, from the exchange's own fills; undefined while they do not cover entry and exit. */
export async function closedTradeOf(position: FilledPosition, dependencies: ExecutionDependencies): Promise<ClosedTrade | undefined> {
  const { gateway, logger } = dependencies;
  const { bot, positionId, symbol, direction } = position.intent;
  const fills = await fillsOf(position, gateway);
  const { entries, exits: exitFills } = fills;
  const exitPrice = averagePrice(exitFills);
  const lastExit = exitFills.at(-1);
  if (exitPrice === undefined || lastExit === undefined || !isLeft(fills, position)) {
    logger.warn("position is gone but its fills are not visible yet", {
      positionId,
      entryQuantity: totalOf(entries).toFixed(),
      exitQuantity: totalOf(exitFills).toFixed(),
      quantity: position.quantity.toFixed(),
    });
    return undefined;
  }
  const openedAtMs = entries[0]?.timeMs ?? position.filledAtMs;
  const closedAtMs = lastExit.timeMs;
  const { exits, areAllKnown } = await exitsOf(position, exitFills, dependencies);
  const isLiquidated = exits.some((exit) => exit.reason === "liquidated");
  const grossProfit = sumOf(exitFills.map((fill) => fill.realisedProfit));
  const clearance = isLiquidated ? await gateway.clearanceFeesSince(symbol, openedAtMs) : zeroUsdt;
  const fees = asUsdt(sumOf([...entries, ...exitFills].map((fill) => fill.fee)).plus(clearance));
  const funding = await gateway.fundingSince(symbol, openedAtMs);
  const netProfit = asUsdt(grossProfit.minus(fees).plus(funding));
  const entry = entryOf(position, entries);
  const initialRisk = initialRiskOf({ ...entry, intent: position.intent });
  const trade: Trade = {
    bot,
    positionId,
    cycleId: position.cycleId,
    symbol,
    strategy: position.strategy,
    direction,
    ...entry,
    exitPrice,
    openedAtMs,
    closedAtMs,
    exitReason: exits.at(-1)?.reason ?? "elsewhere",
    exits,
    ...(await excursion(position, openedAtMs, exitFills, closedAtMs, dependencies)),
    grossProfit,
    fees,
    funding,
    netProfit,
    initialRisk,
    rMultiple: toNumber(netProfit) / toNumber(initialRisk),
  };
  return { trade, mayChangeForMs: mayChangeForMs(areAllKnown, isLiquidated || isAroundSettlement(openedAtMs, closedAtMs)) };
}

/** What the exchange books late, a row of funding or of a liquidation, is there by the next run of the guard. */
const lateRowsMs = 30_000;
/** An order that took a part and is not shown is late for minutes at most; after that nobody knows whose it was. */
const lateOrdersMs = 300_000;

const mayChangeForMs = (areOrdersKnown: boolean, isRowExpected: boolean): number =>
  areOrdersKnown ? (isRowExpected ? lateRowsMs : 0) : lateOrdersMs;

const hourMs = 3_600_000;
const bookedWithinMs = 120_000;
/** The exchange settles up to so much beside the full hour. */
const settlementToleranceMs = 15_000;

/** Funding is settled at full hours: one that lies so shortly before the close may not be booked yet. */
function isAroundSettlement(openedAtMs: number, closedAtMs: number): boolean {
  const settledAtMs = Math.floor((closedAtMs + settlementToleranceMs) / hourMs) * hourMs;
  return settledAtMs >= closedAtMs - bookedWithinMs && settledAtMs >= openedAtMs - settlementToleranceMs;
}

/** What was entered in all: more than we did when somebody, or the exchange itself, added to it; the result counts all of it. */
function entryOf({ quantity, entryPrice }: FilledPosition, entries: readonly Fill[]): Pick<Trade, "quantity" | "entryPrice"> {
  const total = totalOf(entries);
  return total.eq(quantity) ? { quantity, entryPrice } : { quantity: total, entryPrice: averagePrice(entries) ?? entryPrice };
}

/** What each order took, in order, with the reason for which that order existed. */
async function exitsOf(
  position: FilledPosition,
  fills: readonly Fill[],
  dependencies: ExecutionDependencies,
): Promise<{ readonly exits: readonly PartialExit[]; readonly areAllKnown: boolean }> {
  const byOrder = [...Map.groupBy(fills, (fill) => fill.orderId)];
  const reasons = await reasonsOf(
    position,
    byOrder.map(([orderId]) => orderId),
    dependencies,
  );
  const exits = byOrder.flatMap(([orderId, own]): readonly PartialExit[] => {
    const [price, last] = [averagePrice(own), own.at(-1)];
    if (price === undefined || last === undefined) return [];
    const fee = sumOf(own.map((fill) => fill.fee));
    return [{ reason: reasons.get(orderId) ?? "elsewhere", price, quantity: totalOf(own), fee, atMs: last.timeMs }];
  });
  return { exits, areAllKnown: byOrder.every(([orderId]) => reasons.has(orderId)) };
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
    if (order !== undefined) reasons.set(orderId, reasonOfStranger(order.clientOrderId));
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
