import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { PositionRecord, Side } from "./records.ts";

const zero = decimal("0");
const halfUp = 1;

/** Amounts of USDT are kept to eight decimals, rounded half up, as the exchange does. */
export const roundUsdt = (amount: DecimalValue): DecimalValue => amount.round(8, halfUp);

export interface FillOutcome {
  readonly position: PositionRecord;
  readonly realizedPnl: DecimalValue;
  /** Whether the position passed through zero: conditional orders that live with the position end then. */
  readonly passedZero: boolean;
}

export const signedQuantity = (side: Side, quantity: DecimalValue): DecimalValue =>
  side === "BUY" ? quantity : quantity.times(decimal("-1"));

export const flatPosition = (symbol: string): PositionRecord => ({
  symbol,
  quantity: "0",
  entryCost: "0",
  isolatedWallet: "0",
  fees: "0",
  updateTimeMs: 0,
});

/**
 * Nets a fill into a position (one-way mode): same side adds cost and margin, the other side realises, and a flip closes before it opens.
 *
 * Realised PnL is proceeds minus the share of the entry cost, and the remainder keeps the rest of the cost to the last digit: over a
 * position's life the realised sums are exactly sold minus bought. Isolated margin goes in as notional / leverage and comes out in
 * proportion to the quantity.
 */
export function applyFill(
  position: PositionRecord,
  side: Side,
  quantity: DecimalValue,
  price: DecimalValue,
  timeMs: number,
  isolatedLeverage: number | undefined,
): FillOutcome {
  const held = decimal(position.quantity);
  const change = signedQuantity(side, quantity);
  const sameSide = held.eq(zero) || held.gt(zero) === change.gt(zero);
  if (sameSide)
    return {
      position: increased(position, held.plus(change), quantity, price, timeMs, isolatedLeverage),
      realizedPnl: zero,
      passedZero: false,
    };
  const closing = quantity.lt(held.abs()) ? quantity : held.abs();
  const all = closing.eq(held.abs());
  const cost = all ? decimal(position.entryCost) : roundUsdt(decimal(position.entryCost).times(closing).div(held.abs()));
  const released = all ? decimal(position.isolatedWallet) : roundUsdt(decimal(position.isolatedWallet).times(closing).div(held.abs()));
  const proceeds = closing.times(price);
  const realizedPnl = held.gt(zero) ? proceeds.minus(cost) : cost.minus(proceeds);
  const reduced: PositionRecord = {
    ...position,
    quantity: held.plus(signedQuantity(side, closing)).toFixed(),
    entryCost: decimal(position.entryCost).minus(cost).toFixed(),
    isolatedWallet: decimal(position.isolatedWallet).minus(released).toFixed(),
    fees: all ? "0" : position.fees,
    updateTimeMs: timeMs,
  };
  const rest = quantity.minus(closing);
  if (rest.eq(zero)) return { position: reduced, realizedPnl, passedZero: all };
  return { position: increased(reduced, signedQuantity(side, rest), rest, price, timeMs, isolatedLeverage), realizedPnl, passedZero: true };
}

function increased(
  position: PositionRecord,
  quantityAfter: DecimalValue,
  added: DecimalValue,
  price: DecimalValue,
  timeMs: number,
  isolatedLeverage: number | undefined,
): PositionRecord {
  const notional = added.times(price);
  const margin = isolatedLeverage === undefined ? zero : roundUsdt(notional.div(decimal(String(isolatedLeverage))));
  return {
    ...position,
    quantity: quantityAfter.toFixed(),
    entryCost: decimal(position.entryCost).plus(notional).toFixed(),
    isolatedWallet: decimal(position.isolatedWallet).plus(margin).toFixed(),
    updateTimeMs: timeMs,
  };
}

/** The average entry price, at most 12 decimals; "0.0" when flat. */
export function entryPriceOf(position: PositionRecord): DecimalValue {
  const quantity = decimal(position.quantity).abs();
  return quantity.eq(zero) ? zero : decimal(position.entryCost).div(quantity).round(12, halfUp);
}

/** Profit at a price that is not taken yet. */
export function unrealizedPnl(position: PositionRecord, price: DecimalValue): DecimalValue {
  const quantity = decimal(position.quantity);
  const cost = decimal(position.entryCost);
  const worth = quantity.abs().times(price);
  return roundUsdt(quantity.gte(zero) ? worth.minus(cost) : cost.minus(worth));
}
