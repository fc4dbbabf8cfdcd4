import { asUsdt, type DecimalValue, decimal, notionalOf, type Price, type Quantity, smallest, toText, type Usdt } from "./decimal.ts";
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
    | "NO_BRACKET"
    | "LEVERAGE_NOT_OFFERED";
  readonly reason: string;
}

const zero = decimal("0");
const hundred = decimal("100");

/**
 * The quantity and leverage for one entry: min(risk / loss per unit at the stop, margin allowed x leverage / price, largest market order),
 * floored to the step, at the highest leverage not above what was asked for at which everything holds.
 *
 * Everything is: the bracket of the notional offers the leverage, the initial margin is at least its minimum share of equity, liquidation
 * lies far enough beyond the stop, and the exchange's minima are met. What holds at no leverage is refused with what stood in the way.
 */
export function sizePosition(input: SizingInput): Result<SizedEntry, SizingRefusal> {
  const { direction, entryPrice, stopPrice, limits } = input;
  const stopDistance = direction === "long" ? entryPrice.minus(stopPrice) : stopPrice.minus(entryPrice);
  if (!stopDistance.gt(zero)) {
    return failed({
      code: "STOP_ON_WRONG_SIDE",
      reason: `the stop ${toText(stopPrice)} is not on the losing side of the entry ${toText(entryPrice)}`,
    });
  }
  if (input.brackets.length === 0)
    return failed({ code: "NO_BRACKET", reason: `the exchange gave no leverage bracket for ${input.instrument.symbol}` });
  const lossPerUnit = stopDistance.plus(entryPrice.plus(stopPrice).times(limits.takerFeeRate)).plus(entryPrice.times(limits.slippageRate));
  let refusal: SizingRefusal | undefined;
  for (let leverage = input.desiredLeverage; leverage >= limits.minimumLeverage; leverage--) {
    const sized = sizeAt(leverage, input, stopDistance, lossPerUnit);
    if (sized.ok) return sized;
    // The first obstacle is the telling one, except that a lower leverage got past it.
    if (refusal === undefined || order.indexOf(sized.failure.code) > order.indexOf(refusal.code)) refusal = sized.failure;
  }
  return failed(
    refusal ?? {
      code: "LEVERAGE_NOT_OFFERED",
      reason: `a leverage of ${input.desiredLeverage}x is below the minimum ${limits.minimumLeverage}x`,
    },
  );
}

/** How far an attempt came: a later obstacle tells more. */
const order: readonly SizingRefusal["code"][] = [
  "LEVERAGE_NOT_OFFERED",
  "BELOW_MINIMUM_QUANTITY",
  "BELOW_MINIMUM_NOTIONAL",
  "MARGIN_TOO_SMALL",
  "LIQUIDATION_TOO_NEAR",
];

function sizeAt(
  leverage: number,
  input: SizingInput,
  stopDistance: DecimalValue,
  lossPerUnit: DecimalValue,
): Result<SizedEntry, SizingRefusal> {
  const { instrument, direction, entryPrice, stopPrice, equity, limits, brackets } = input;
  const times = decimal(String(leverage));
  const largestMargin = smallest(
    equity.div(decimal(String(limits.slots))),
    equity.times(limits.maximumMarginPercent).div(hundred),
    input.availableBalance as DecimalValue,
  );
  const byRisk = equity.times(limits.riskPerTradePercent).div(hundred).div(lossPerUnit);
  const byMargin = largestMargin.times(times).div(entryPrice);
  const quantity = quantizeQuantity(instrument, smallest(byRisk, byMargin, instrument.maxMarketQuantity as DecimalValue));
  if (quantity.lt(instrument.minQuantity) || quantity.lte(zero)) {
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
  const bracket = bracketFor(brackets, notional);
  if (bracket === undefined || bracket.maximumLeverage < leverage) {
    return failed({
      code: "LEVERAGE_NOT_OFFERED",
      reason: `the exchange offers at most ${bracket?.maximumLeverage ?? 0}x for a notional of ${notional.toFixed(2)} USDT`,
    });
  }
  const initialMargin = asUsdt(notional.div(times));
  if (initialMargin.lt(equity.times(limits.minimumMarginPercent).div(hundred))) {
    return failed({
      code: "MARGIN_TOO_SMALL",
      reason: `even at ${leverage}x the initial margin of ${notional.toFixed(2)} USDT notional is below ${toText(limits.minimumMarginPercent)} % of equity`,
    });
  }
  const liquidationPrice = liquidationPriceOf({ direction, entryPrice, quantity, margin: initialMargin, bracket });
  const beyondStop = direction === "long" ? stopPrice.minus(liquidationPrice) : liquidationPrice.minus(stopPrice);
  if (beyondStop.lt(stopDistance.times(limits.liquidationBufferFraction))) {
    return failed({
      code: "LIQUIDATION_TOO_NEAR",
      reason: `even at ${leverage}x liquidation at ${liquidationPrice.toFixed(8)} is not far enough beyond the stop ${toText(stopPrice)}`,
    });
  }
  const initialRisk = asUsdt(quantity.times(lossPerUnit));
  return succeeded({ quantity, notional, leverage, initialMargin, initialRisk, liquidationPrice });
}
