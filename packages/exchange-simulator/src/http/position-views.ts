import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { initialMarginOf, maintenanceMarginOf } from "../matching/account-health.ts";
import type { Exchange } from "../matching/exchange.ts";
import { liquidationPrice } from "../matching/liquidation-price.ts";
import { openOrderMargin } from "../matching/order-margin.ts";
import { entryPriceOf, flatPosition, roundUsdt, unrealizedPnl } from "../matching/position.ts";
import type { PositionRecord } from "../matching/records.ts";
import type { RouteContext } from "./route.ts";

const zero = decimal("0");
/** USDT as the wire writes it. */
export const amount = (value: DecimalValue): string => value.toFixed(8);

interface PositionFigures {
  readonly mark: DecimalValue;
  readonly pnl: DecimalValue;
  readonly notional: DecimalValue;
  readonly initialMargin: DecimalValue;
  readonly orderMargin: DecimalValue;
  readonly maintenanceMargin: DecimalValue;
  readonly isolatedMargin: DecimalValue;
}

export function positionFigures(exchange: Exchange, position: PositionRecord, nowMs: number): PositionFigures {
  const instrument = exchange.instrument(position.symbol);
  const mark = exchange.market.markPrice(instrument, nowMs);
  const pnl = unrealizedPnl(position, mark);
  const isolated = exchange.state.settingOf(position.symbol).marginType === "ISOLATED";
  return {
    mark,
    pnl,
    notional: roundUsdt(decimal(position.quantity).times(mark)),
    initialMargin: initialMarginOf(exchange.state, position, mark),
    orderMargin: openOrderMargin(exchange.state, () => mark, position.symbol),
    maintenanceMargin: maintenanceMarginOf(instrument, position, mark),
    isolatedMargin: isolated ? decimal(position.isolatedWallet).plus(pnl) : zero,
  };
}

/** Symbols with a position or a plain order that may open one, in order. */
export function listed(exchange: Exchange): readonly PositionRecord[] {
  const symbols = new Set(exchange.state.positions.keys());
  for (const order of exchange.state.openOrders.values()) symbols.add(order.symbol);
  return [...symbols].sort().map((symbol) => exchange.state.positions.get(symbol) ?? flatPosition(symbol));
}

/** Entry price moved by the fees already paid and the one that closing will cost. */
export function breakEvenPrice(position: PositionRecord): DecimalValue {
  const quantity = decimal(position.quantity);
  if (quantity.eq(zero)) return zero;
  const fees = decimal(position.fees);
  const cost = decimal(position.entryCost);
  const worth = quantity.gt(zero) ? cost.plus(fees) : cost.minus(fees);
  return worth.div(quantity.abs()).round(12, 1);
}

export function positionRisk({ exchange, nowMs }: RouteContext, position: PositionRecord): object {
  const own = positionFigures(exchange, position, nowMs);
  return {
    symbol: position.symbol,
    positionSide: "BOTH",
    positionAmt: position.quantity,
    entryPrice: entryPriceOf(position).toFixed(),
    breakEvenPrice: breakEvenPrice(position).toFixed(),
    markPrice: amount(own.mark),
    unRealizedProfit: amount(own.pnl),
    liquidationPrice: liquidationPrice(exchange, position, nowMs),
    isolatedMargin: amount(own.isolatedMargin),
    notional: amount(own.notional),
    marginAsset: "USDT",
    isolatedWallet: amount(decimal(position.isolatedWallet)),
    initialMargin: amount(own.initialMargin.plus(own.orderMargin)),
    maintMargin: amount(own.maintenanceMargin),
    positionInitialMargin: amount(own.initialMargin),
    openOrderInitialMargin: amount(own.orderMargin),
    adl: 1,
    bidNotional: "0",
    askNotional: "0",
    updateTime: position.updateTimeMs,
  };
}
