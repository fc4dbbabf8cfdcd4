import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import { statusAt } from "../market/instrument.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { refusals } from "./exchange-refusal.ts";
import { isOpen, reducibleQuantity, requireMargin, requirePrice, requireQuantity } from "./order-rules.ts";
import type { OrderRecord, Side } from "./records.ts";

const mostAmendments = 10_000;

export interface Amendment {
  readonly side: Side;
  readonly quantity: DecimalValue;
  readonly price: DecimalValue;
  /** Says that the order only reduces, which frees it from the smallest notional; refused when it does not. */
  readonly reduceOnly?: boolean;
  readonly modifyId?: string;
}

/**
 * Gives a resting limit order another quantity and price; throws a refusal, after which it stands as it stood.
 *
 * A quantity that is filled already cancels the order, and so does a price at which a post-only order would take.
 */
export function amendOrder(exchange: ExchangeCore, order: OrderRecord, amendment: Amendment, nowMs: number): OrderRecord {
  const { side, quantity, price, reduceOnly = false, modifyId } = amendment;
  const instrument = exchange.instrument(order.symbol);
  if (order.type !== "LIMIT") throw refusals.amendLimitOnly();
  if (!isOpen(order)) throw refusals.noSuchOrder();
  if (reduceOnly && !order.reduceOnly) throw refusals.amendNotReduceOnly();
  if (side !== order.side) throw refusals.invalidParameter("side");
  if (statusAt(instrument, nowMs) !== "TRADING") throw refusals.amendSymbolStatus();
  if ((order.amendments ?? 0) >= mostAmendments) throw refusals.amendTooOften();
  if (quantity.eq(decimal(order.quantity)) && price.eq(decimal(order.price))) throw refusals.amendUnchanged();
  requireQuantity(instrument, quantity, false);
  requirePrice(instrument, side, price, exchange.market.markPrice(instrument, nowMs));
  const executed = decimal(order.executedQuantity);
  if (quantity.lte(executed)) return exchange.cancelOrder(order, nowMs);
  requireRoom(exchange, order, amendment, nowMs);
  const rest = quantity.minus(executed);
  const fills = exchange.execution.take(instrument, side, rest, nowMs, exchange.market.path.lastTicks(instrument, nowMs), price);
  if (order.timeInForce === "GTX" && fills.length > 0) return exchange.cancelOrder(order, nowMs);
  const count = (order.amendments ?? 0) + 1;
  exchange.state.record({
    kind: "amendment",
    record: {
      id: exchange.state.amendments.length + 1,
      orderId: order.orderId,
      timeMs: nowMs,
      price: { before: order.price, after: price.toFixed() },
      quantity: { before: order.quantity, after: quantity.toFixed() },
      count,
      ...(modifyId !== undefined && { modifyId }),
    },
  });
  const amended: OrderRecord = {
    ...order,
    quantity: quantity.toFixed(),
    price: price.toFixed(),
    amendments: count,
    updateTimeMs: nowMs,
  };
  exchange.execution.putOrder(amended, "AMENDMENT", nowMs);
  return fills.length === 0 ? amended : exchange.execution.fill(instrument, amended, fills, false, nowMs, false);
}

/** What it holds already, of margin or of the position, is its own. */
function requireRoom(
  exchange: ExchangeCore,
  order: OrderRecord,
  { side, quantity, price, reduceOnly = false }: Amendment,
  nowMs: number,
): void {
  const instrument = exchange.instrument(order.symbol);
  const rest = quantity.minus(decimal(order.executedQuantity));
  const restBefore = decimal(order.quantity).minus(decimal(order.executedQuantity));
  // An amendment that does not itself say reduceOnly is held to the minimum notional, even where the order reduces.
  if (!reduceOnly && rest.times(price).lt(decimal(instrument.minNotional))) throw refusals.amendNotional(instrument.minNotional);
  if (order.reduceOnly) {
    if (rest.gt(restBefore) && rest.minus(restBefore).gt(reducibleQuantity(exchange, order.symbol, side))) throw refusals.reduceOnly();
    return;
  }
  requireMargin(exchange, instrument, side, rest, price, nowMs, order);
}
