import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { secondMultipleIn } from "@winiswin/domain/exit/targets";
import { type Instrument, quantizePrice } from "@winiswin/domain/instrument";
import { type LeverageBracket, leverageFor } from "@winiswin/domain/leverage";
import { clientOrderIdOf, type OrderIntent } from "@winiswin/domain/order";
import { positionIdOf } from "@winiswin/domain/position";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { runsWithTrend, type Signal } from "@winiswin/domain/signal";
import { type SizingRefusal, sizePosition } from "@winiswin/domain/sizing";
import type { Configuration } from "../../configuration.ts";
import type { BookTop } from "../../ports/market-data.ts";
import type { AccountBalance } from "../../ports/order-gateway.ts";

export interface PlanInput {
  readonly signal: Signal;
  readonly instrument: Instrument;
  readonly book: BookTop;
  readonly balance: AccountBalance;
  readonly brackets: readonly LeverageBracket[];
  readonly takerFeeRate: DecimalValue;
  readonly configuration: Configuration;
}

/**
 * Turns an opinion into an order that could be sent: prices on the grid, quantity, leverage; pure.
 *
 * Stop and target are rounded toward the entry: rounding never increases risk and never asks for more than the signal promised.
 */
export function planEntry({
  signal,
  instrument,
  book,
  balance,
  brackets,
  takerFeeRate,
  configuration,
}: PlanInput): Result<OrderIntent, SizingRefusal> {
  const isLong = signal.direction === "long";
  const towardEntry = isLong ? "up" : "down";
  const entryPrice = isLong ? book.askPrice : book.bidPrice;
  const stopPrice = quantizePrice(instrument, signal.stopPrice, towardEntry);
  const targetPrice = quantizePrice(instrument, signal.targetPrice, isLong ? "down" : "up");
  const sized = sizePosition({
    instrument,
    direction: signal.direction,
    entryPrice,
    stopPrice,
    equity: balance.equity,
    availableBalance: balance.availableBalance,
    desiredLeverage: leverageFor(signal.confidence, signal.atrPercent, signal.medianAtrPercent, configuration.leverage),
    brackets,
    limits: {
      riskPerTradePercent: configuration.riskPerTradePercent,
      minimumMarginPercent: configuration.minimumMarginPercent,
      maximumMarginPercent: configuration.maximumMarginPercent,
      slots: configuration.maximumPositions,
      minimumLeverage: configuration.leverage.minimum,
      takerFeeRate,
      slippageRate: configuration.slippageRate,
      minimumNotionalFactor: configuration.minimumNotionalFactor,
      liquidationBufferFraction: configuration.liquidationBufferFraction,
    },
  });
  if (!sized.ok) return failed(sized.failure);
  const positionId = positionIdOf(signal.cycleId, signal.symbol);
  return succeeded({
    bot: configuration.bot,
    positionId,
    clientOrderId: clientOrderIdOf(configuration.bot, positionId, "entry", 0),
    symbol: signal.symbol,
    direction: signal.direction,
    quantity: sized.value.quantity,
    leverage: sized.value.leverage,
    signalPrice: quantizePrice(instrument, signal.entryPrice, "down"),
    entryPrice,
    stopPrice,
    targetPrice,
    notional: sized.value.notional,
    initialMargin: sized.value.initialMargin,
    initialRisk: sized.value.initialRisk,
    liquidationPrice: sized.value.liquidationPrice,
    exitTerms: {
      tickSize: instrument.tickSize,
      stepSize: instrument.stepSize,
      minQuantity: instrument.minQuantity,
      minNotional: instrument.minNotional,
      takerFeeRate,
      slippageRate: configuration.slippageRate,
      secondMultiple: decimal(secondMultipleIn(runsWithTrend(signal))),
    },
  });
}
