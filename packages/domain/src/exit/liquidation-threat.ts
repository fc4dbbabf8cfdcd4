import type { DecimalValue, Price } from "../decimal.ts";
import type { Direction } from "../direction.ts";

/** Whether the exchange would take a position before its stop does: on the way from here to the stop, or too close behind it. */
export type LiquidationThreat = "none" | "near" | "beforeStop";

/** A position as it really stands: what was planned is reviewed before the entry, and fills, margin and leverage may have changed since. */
export interface ThreatenedPosition {
  readonly direction: Direction;
  readonly entryPrice: Price;
  /** The first stop: its distance from the entry is what the buffer is a fraction of. */
  readonly firstStopPrice: Price;
  /** Where the stop is now. */
  readonly stopPrice: Price;
  readonly markPrice: Price;
  /** Undefined, or 0, when the exchange states none. */
  readonly liquidationPrice: Price | undefined;
  readonly bufferFraction: DecimalValue;
}

/** A liquidation price that the market has passed already is no reason to close: the exchange is doing it, or the figure is wrong. */
export function liquidationThreat(position: ThreatenedPosition): LiquidationThreat {
  const { direction, entryPrice, firstStopPrice, stopPrice, markPrice, liquidationPrice, bufferFraction } = position;
  if (liquidationPrice === undefined || liquidationPrice.lte("0")) return "none";
  const beyond = (from: Price) => (direction === "long" ? from.minus(liquidationPrice) : liquidationPrice.minus(from));
  if (beyond(stopPrice).lte("0")) return beyond(markPrice).gt("0") ? "beforeStop" : "near";
  return beyond(stopPrice).lt(entryPrice.minus(firstStopPrice).abs().times(bufferFraction)) ? "near" : "none";
}
