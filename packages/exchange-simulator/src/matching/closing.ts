import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { ExchangeCore } from "./exchange-core.ts";
import type { Fill } from "./execution.ts";
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

/** The order with which the exchange itself closes a position. */
function forcedOrder(exchange: ExchangeCore, position: PositionRecord, prefix: string, timeMs: number): OrderRecord {
  const held = decimal(position.quantity);
  const { symbol } = position;
  return {
    orderId: exchange.execution.nextOrderId(exchange.instrument(symbol)),
    clientOrderId: `${prefix}${timeMs}-${symbol}`.slice(0, 36),
    symbol,
    side: held.gt(zero) ? "SELL" : "BUY",
    type: "MARKET",
    timeInForce: "IOC",
    quantity: held.abs().toFixed(),
    price: "0",
    reduceOnly: true,
    closePosition: true,
    timeMs,
    status: "NEW",
    executedQuantity: "0",
    cumulativeQuote: "0",
    updateTimeMs: timeMs,
  };
}

/**
 * Ends the symbol's orders and closes the position at market, paying the clearance fee. What the margin cannot cover is the insurance
 * fund's: an isolated position never costs more than its own wallet, a cross position never more than the cross wallet.
 */
export function liquidate(exchange: ExchangeCore, symbol: string, timeMs: number): void {
  const { state, execution } = exchange;
  const instrument = exchange.instrument(symbol);
  expireAll(exchange, symbol, 5, "liquidation", timeMs);
  const position = state.positions.get(symbol)!;
  const held = decimal(position.quantity);
  const isolated = state.settingOf(symbol).marginType === "ISOLATED";
  const margin = isolated
    ? decimal(position.isolatedWallet)
    : exchange.figures(timeMs).crossWalletBalance.plus(otherCrossLosses(exchange, symbol, timeMs));
  const order = forcedOrder(exchange, position, "autoclose-", timeMs);
  const taken = execution.take(instrument, order.side, held.abs(), timeMs, exchange.market.path.lastTicks(instrument, timeMs));
  const filled = taken.reduce((sum, fill) => sum.plus(fill.quantity), zero);
  const mark = exchange.market.markPrice(instrument, timeMs);
  const rest = held.abs().minus(filled);
  // The fund takes what the book does not.
  const fills: readonly Fill[] = rest.gt(zero) ? [...taken, { price: mark, quantity: rest }] : taken;
  const balanceBefore = decimal(state.account.walletBalance);
  execution.fill(instrument, order, fills, false, timeMs, true);
  const lost = balanceBefore.minus(decimal(state.account.walletBalance));
  const left = margin.minus(lost);
  const fee = roundUsdt(held.abs().times(mark).times(decimal(instrument.liquidationFee)));
  const charged = left.lt(fee) ? left : fee;
  // Negative `left` is a loss beyond the margin: the fund pays it back.
  execution.book(symbol, "INSURANCE_CLEAR", charged.times(minusOne), timeMs);
  execution.tellAccount("INSURANCE_CLEAR", [], timeMs, charged.times(minusOne).toFixed());
}

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
  const order = forcedOrder(exchange, position, "settlement_autoclose-", timeMs);
  const price = exchange.market.markPrice(instrument, timeMs);
  exchange.execution.fill(instrument, order, [{ price, quantity: decimal(order.quantity) }], false, timeMs, true);
}
