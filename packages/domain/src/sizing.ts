import {
  asQuantity,
  asUsdt,
  type DecimalValue,
  decimal,
  notionalOf,
  type Price,
  type Quantity,
  smallest,
  toText,
  type Usdt,
} from "./decimal.ts";
import type { Direction } from "./direction.ts";
import { type Instrument, quantizeQuantity } from "./instrument.ts";
import { bracketFor, type LeverageBracket, liquidationPriceOf } from "./leverage.ts";
import { failed, type Result, succeeded } from "./result.ts";

/** How much may be risked; percentages are 0..100, rates are fractions of notional. */
export interface SizingLimits {
  readonly riskPerTradePercent: DecimalValue;
  readonly minimumMarginPercent: DecimalValue;
  readonly maximumMarginPercent: DecimalValue;
  readonly slots: number;
  readonly minimumLeverage: number;
  readonly takerFeeRate: DecimalValue;
  readonly slippageRate: DecimalValue;
  /** The smallest notional is the exchange's minimum times this. */
  readonly minimumNotionalFactor: DecimalValue;
  /** How far the liquidation price must lie beyond the stop, as a fraction of the stop distance. */
  readonly liquidationBufferFraction: DecimalValue;
}

export interface SizingInput {
  readonly instrument: Instrument;
  readonly direction: Direction;
  readonly entryPrice: Price;
  readonly stopPrice: Price;
  readonly equity: Usdt;
  readonly availableBalance: Usdt;
  readonly desiredLeverage: number;
  readonly brackets: readonly LeverageBracket[];
  readonly limits: SizingLimits;
}

export interface SizedEntry {
  readonly quantity: Quantity;
  readonly notional: Usdt;
  readonly leverage: number;
  readonly initialMargin: Usdt;
  /** Loss at the stop with both fees and slippage: 1R. */
  readonly initialRisk: Usdt;
  readonly liquidationPrice: Price;
}

export interface SizingRefusal {
  readonly code:
    | "STOP_ON_WRONG_SIDE"
    | "BELOW_MINIMUM_NOTIONAL"
    | "BELOW_MINIMUM_QUANTITY"
    | "MARGIN_TOO_SMALL"
    | "LIQUIDATION_TOO_NEAR"
    | "NO_BRACKET";
  readonly reason: string;
}

const hundred = decimal("100");

/**
 * The quantity for one entry: min(risk / loss per unit at the stop, slot margin x leverage, margin cap x leverage, largest market order),
 * floored to the step.
 *
 * Leverage only ever falls from what was asked: to the bracket's maximum, until the initial margin reaches its minimum share of equity, and
 * until liquidation lies far enough beyond the stop. What cannot be satisfied is refused with its reason.
 */
export function sizePosition(input: SizingInput): Result<SizedEntry, SizingRefusal> {
  const { instrument, direction, entryPrice, stopPrice, equity, limits } = input;
  const stopDistance = direction === "long" ? entryPrice.minus(stopPrice) : stopPrice.minus(entryPrice);
  if (!stopDistance.gt(decimal("0"))) {
    return failed({
      code: "STOP_ON_WRONG_SIDE",
      reason: `the stop ${toText(stopPrice)} is not on the losing side of the entry ${toText(entryPrice)}`,
    });
  }
  const lossPerUnit = stopDistance.plus(entryPrice.plus(stopPrice).times(limits.takerFeeRate)).plus(entryPrice.times(limits.slippageRate));
  const riskBudget = equity.times(limits.riskPerTradePercent).div(hundred);
  const slotMargin = smallest(
    equity.div(decimal(String(limits.slots))),
    equity.times(limits.maximumMarginPercent).div(hundred),
    input.availableBalance as DecimalValue,
  );
  const byRisk = riskBudget.div(lossPerUnit);
  const desired = decimal(String(input.desiredLeverage));
  const byMargin = slotMargin.times(desired).div(entryPrice);
  const quantity = quantizeQuantity(instrument, smallest(byRisk, byMargin, instrument.maxMarketQuantity as DecimalValue));
  if (quantity.lt(instrument.minQuantity) || quantity.lte(decimal("0"))) {
    return failed({
      code: "BELOW_MINIMUM_QUANTITY",
      reason: `quantity ${toText(quantity)} is below the minimum ${toText(instrument.minQuantity)}`,
    });
  }
  const notional = notionalOf(quantity, entryPrice);
  const smallestNotional = instrument.minNotional.times(limits.minimumNotionalFactor);
  if (notional.lt(smallestNotional)) {
    return failed({
      code: "BELOW_MINIMUM_NOTIONAL",
      reason: `notional ${notional.toFixed(2)} USDT is below the minimum ${smallestNotional.toFixed(2)} USDT`,
    });
  }
  const bracket = bracketFor(input.brackets, notional);
  if (bracket === undefined)
    return failed({ code: "NO_BRACKET", reason: `the exchange gave no leverage bracket for ${instrument.symbol}` });
  return withLeverage({ ...input, quantity, notional, bracket, lossPerUnit, stopDistance });
}

function withLeverage(
  input: SizingInput & {
    quantity: Quantity;
    notional: Usdt;
    bracket: LeverageBracket;
    lossPerUnit: DecimalValue;
    stopDistance: DecimalValue;
  },
): Result<SizedEntry, SizingRefusal> {
  const { limits, quantity, notional, bracket, direction, entryPrice, stopPrice, equity } = input;
  const smallestMargin = equity.times(limits.minimumMarginPercent).div(hundred);
  const leverageAtSmallestMargin = Number(notional.div(smallestMargin).round(0, 0).toFixed());
  const highest = Math.min(input.desiredLeverage, bracket.maximumLeverage, leverageAtSmallestMargin);
  if (highest < limits.minimumLeverage) {
    return failed({
      code: "MARGIN_TOO_SMALL",
      reason: `even at ${limits.minimumLeverage}x the initial margin of ${notional.toFixed(2)} USDT notional is below ${toText(limits.minimumMarginPercent)} % of equity`,
    });
  }
  for (let leverage = highest; leverage >= limits.minimumLeverage; leverage--) {
    const initialMargin = asUsdt(notional.div(decimal(String(leverage))));
    const liquidationPrice = liquidationPriceOf({ direction, entryPrice, quantity, margin: initialMargin, bracket });
    const beyondStop = direction === "long" ? stopPrice.minus(liquidationPrice) : liquidationPrice.minus(stopPrice);
    const affordable =
      initialMargin.lte(equity.times(limits.maximumMarginPercent).div(hundred)) && initialMargin.lte(input.availableBalance);
    if (affordable && beyondStop.gte(input.stopDistance.times(limits.liquidationBufferFraction))) {
      return succeeded({
        quantity: asQuantity(quantity),
        notional,
        leverage,
        initialMargin,
        initialRisk: asUsdt(quantity.times(input.lossPerUnit)),
        liquidationPrice,
      });
    }
  }
  return failed({
    code: "LIQUIDATION_TOO_NEAR",
    reason: `no leverage from ${highest}x down to ${limits.minimumLeverage}x puts the liquidation price far enough beyond the stop within the margin limit`,
  });
}
