import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import type { Fill } from "./execution.ts";
import { bracketAt } from "./leverage-bracket.ts";
import { roundUsdt, unrealizedPnl } from "./position.ts";
import type { ExpiryReason, OrderRecord, PositionRecord } from "./records.ts";

const zero = decimal("0");
const minusOne = decimal("-1");

/** Ends everything that is open on a contract but its position. */
function expireAll(exchange: ExchangeCore, symbol: string, expiryReason: ExpiryReason, reason: string, timeMs: number): void {
  const { state, execution } = exchange;
  for (const order of [...state.openOrders.values()]) if (order.symbol === symbol) execution.expireOrder(order, expiryReason, timeMs);
  for (const algo of [...state.openAlgoOrders.values()]) {
    if (algo.symbol === symbol) execution.endAlgo(algo, "EXPIRED", timeMs, reason);
  }
}

/** The order with which the exchange itself closes a position or a part of it. */
function forcedOrder(
  exchange: ExchangeCore,
  position: PositionRecord,
  quantity: DecimalValue,
  prefix: string,
  timeMs: number,
): OrderRecord {
  const held = decimal(position.quantity);
  const { symbol } = position;
  return {
    orderId: exchange.execution.nextOrderId(exchange.instrument(symbol)),
    clientOrderId: `${prefix}${timeMs}-${symbol}`.slice(0, 36),
    symbol,
    side: held.gt(zero) ? "SELL" : "BUY",
    type: "MARKET",
    timeInForce: "IOC",
    quantity: quantity.toFixed(),
    price: "0",
    reduceOnly: true,
    closePosition: quantity.eq(held.abs()),
    timeMs,
    status: "NEW",
    executedQuantity: "0",
    cumulativeQuote: "0",
    updateTimeMs: timeMs,
  };
}

/**
 * Ends the symbol's orders and closes, at market and for the clearance fee, as much of the position as takes it into the next lower
 * bracket; in the lowest one all of it. Who calls looks again afterwards: a position may lose several steps at the same instant.
 *
 * What the margin cannot cover is the insurance fund's: an isolated position never costs more than its own wallet, which all steps pay
 * from, and a cross position never more than the cross wallet.
 */
export function liquidate(exchange: ExchangeCore, symbol: string, timeMs: number): void {
  const { state, execution } = exchange;
  const instrument = exchange.instrument(symbol);
  expireAll(exchange, symbol, 5, "liquidation", timeMs);
  const position = state.positions.get(symbol)!;
  const isolated = state.settingOf(symbol).marginType === "ISOLATED";
  const margin = isolated
    ? decimal(position.isolatedWallet)
    : exchange.figures(timeMs).crossWalletBalance.plus(otherCrossLosses(exchange, symbol, timeMs));
  const mark = exchange.market.markPrice(instrument, timeMs);
  const order = forcedOrder(
    exchange,
    position,
    liquidatedQuantity(instrument, decimal(position.quantity).abs(), mark),
    "autoclose-",
    timeMs,
  );
  const quantity = decimal(order.quantity);
  const balanceBefore = decimal(state.account.walletBalance);
  execution.fill(instrument, order, forcedFills(exchange, order, mark, timeMs), false, timeMs, true);
  const left = margin.minus(balanceBefore.minus(decimal(state.account.walletBalance)));
  const fee = roundUsdt(quantity.times(mark).times(decimal(instrument.liquidationFee)));
  const rest = state.positions.get(symbol);
  const charged = rest === undefined ? lesser(left, fee) : clearanceOfStep(left.plus(unrealizedPnl(rest, mark)), fee);
  if (rest !== undefined && isolated) {
    const isolatedWallet = left.minus(charged).toFixed();
    state.record({ kind: "position", record: { ...rest, isolatedWallet, updateTimeMs: timeMs } });
  }
  // Negative is a loss beyond the margin: the fund pays it back.
  execution.book(symbol, "INSURANCE_CLEAR", charged.times(minusOne), timeMs);
  execution.tellAccount("INSURANCE_CLEAR", rest !== undefined && isolated ? [symbol] : [], timeMs, charged.times(minusOne).toFixed());
}

/** What must be closed for the rest to lie in the next lower bracket. */
function liquidatedQuantity(instrument: SimulatedInstrument, held: DecimalValue, mark: DecimalValue): DecimalValue {
  const { bracket, notionalFloor } = bracketAt(instrument, Number(held.times(mark).toFixed()));
  if (bracket === 1) return held;
  const step = decimal(instrument.stepSize);
  const most = decimal(String(notionalFloor)).div(mark);
  const whole = most.minus(most.mod(step));
  const rest = whole.times(mark).lt(decimal(String(notionalFloor))) ? whole : whole.minus(step);
  return rest.gt(zero) && rest.lt(held) ? held.minus(rest) : held;
}

/** What the book gives; the fund takes the rest at the mark price. */
function forcedFills(exchange: ExchangeCore, order: OrderRecord, mark: DecimalValue, timeMs: number): readonly Fill[] {
  const instrument = exchange.instrument(order.symbol);
  const quantity = decimal(order.quantity);
  const taken = exchange.execution.take(instrument, order.side, quantity, timeMs, exchange.market.path.lastTicks(instrument, timeMs));
  const rest = quantity.minus(taken.reduce((sum, fill) => sum.plus(fill.quantity), zero));
  return rest.gt(zero) ? [...taken, { price: mark, quantity: rest }] : taken;
}

/** Of a step only what stands behind the rest of the position is charged; the fund pays at the last one. */
const clearanceOfStep = (equity: DecimalValue, fee: DecimalValue): DecimalValue => (equity.gt(zero) ? lesser(equity, fee) : zero);

const lesser = (first: DecimalValue, second: DecimalValue): DecimalValue => (first.lt(second) ? first : second);

function otherCrossLosses(exchange: ExchangeCore, symbol: string, timeMs: number): DecimalValue {
  const { state } = exchange;
  let pnl = zero;
  for (const position of state.positions.values()) {
    if (position.symbol === symbol || state.settingOf(position.symbol).marginType === "ISOLATED") continue;
    const open = unrealizedPnl(position, exchange.market.markPrice(exchange.instrument(position.symbol), timeMs));
    // Only losses bind the wallet; profit of others that is not realised pays nothing.
    if (open.lt(zero)) pnl = pnl.plus(open);
  }
  return pnl;
}

/** The contract has ended: orders expire, and what is held is closed at the mark price for the taker fee. */
export function settleContract(exchange: ExchangeCore, symbol: string, timeMs: number): void {
  expireAll(exchange, symbol, 7, "delisted", timeMs);
  const position = exchange.state.positions.get(symbol);
  if (position === undefined) return;
  const instrument = exchange.instrument(symbol);
  const order = forcedOrder(exchange, position, decimal(position.quantity).abs(), "settlement_autoclose-", timeMs);
  const price = exchange.market.markPrice(instrument, timeMs);
  exchange.execution.fill(instrument, order, [{ price, quantity: decimal(order.quantity) }], false, timeMs, true);
}
