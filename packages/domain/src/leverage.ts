import { asPrice, type DecimalValue, decimal, type Price, type Quantity, type Usdt, zeroUsdt } from "./decimal.ts";
import { type Direction, signOf } from "./direction.ts";

/** One step of the exchange's table: up to `notionalCap` the leverage is at most `maximumLeverage`. */
export interface LeverageBracket {
  readonly notionalFloor: Usdt;
  readonly notionalCap: Usdt;
  readonly maximumLeverage: number;
  readonly maintenanceMarginRate: DecimalValue;
  /** What the bracket formula takes off, so that maintenance margin is continuous at the bracket's floor. */
  readonly cumulative: Usdt;
}

export interface LeverageLimits {
  /** At 70 % confidence; 3 unless configured. */
  readonly base: number;
  /** At 90 % confidence; 10 unless given, and never below the base. */
  readonly at90Percent?: number;
  /** At 100 % confidence; 20 unless given, and never below the step before it. */
  readonly at100Percent?: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * The leverage a signal asks for, before limits: linear between 70 % -> base (3x), 90 % (10x) and 100 % (20x), times the volatility factor
 * clamp(median ATR% / ATR%, 0.5, 1), rounded down.
 */
export function leverageFor(confidence: number, atrPercent: number, medianAtrPercent: number, limits: LeverageLimits): number {
  const volatilityFactor = Math.min(1, Math.max(0.5, medianAtrPercent / atrPercent));
  const raw = onCurve(confidence, limits) * (Number.isFinite(volatilityFactor) ? volatilityFactor : 0.5);
  // 95 % is 14.999... on the curve in float64; it means 15.
  return Math.min(limits.maximum, Math.max(limits.minimum, Math.floor(raw + 1e-9)));
}

function onCurve(confidence: number, { base, at90Percent = 10, at100Percent = 20 }: LeverageLimits): number {
  if (confidence <= 0.7) return base;
  const high = Math.max(base, at90Percent);
  const [from, to] =
    confidence < 0.9
      ? [
          { confidence: 0.7, leverage: base },
          { confidence: 0.9, leverage: high },
        ]
      : [
          { confidence: 0.9, leverage: high },
          { confidence: 1, leverage: Math.max(high, at100Percent) },
        ];
  const share = Math.min(1, (confidence - from.confidence) / (to.confidence - from.confidence));
  return from.leverage + share * (to.leverage - from.leverage);
}

/** The bracket that holds the notional; the last one when it is beyond all. */
export function bracketFor(brackets: readonly LeverageBracket[], notional: DecimalValue): LeverageBracket | undefined {
  return brackets.find((bracket) => notional.lte(bracket.notionalCap)) ?? brackets.at(-1);
}

/**
 * Where an isolated position is liquidated: LP = (margin + cum - s q EP) / (q (MMR - s)), the exchange's formula for one-way mode.
 *
 * 0 when the margin outlasts any fall of the price.
 */
export function liquidationPriceOf(position: {
  direction: Direction;
  entryPrice: Price;
  quantity: Quantity;
  margin: DecimalValue;
  bracket: LeverageBracket;
}): Price {
  const sign = decimal(String(signOf(position.direction)));
  const numerator = position.margin.plus(position.bracket.cumulative).minus(sign.times(position.quantity).times(position.entryPrice));
  const liquidation = numerator.div(position.quantity.times(position.bracket.maintenanceMarginRate.minus(sign)));
  return asPrice(liquidation.lt(zeroUsdt) ? decimal("0") : liquidation);
}
