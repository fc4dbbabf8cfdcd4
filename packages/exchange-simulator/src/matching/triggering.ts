import { type DecimalValue, decimal } from "@winiswin/domain/decimal";
import type { SimulatedInstrument } from "../market/instrument.ts";
import { becomesLimit } from "./conditional.ts";
import type { ExchangeCore } from "./exchange-core.ts";
import { ExchangeRefusal } from "./exchange-refusal.ts";
import { priceOf } from "./market.ts";
import { echoed } from "./order-entry.ts";
import { requireMargin, requirePrice } from "./order-rules.ts";
import type { AlgoOrderRecord, OrderRecord } from "./records.ts";

const zero = decimal("0");

/**
 * A conditional order comes to life: TRIGGERING, then an order of its own, sent from the price at which it was triggered.
 *
 * What the matching engine refuses now (nothing to reduce, no margin, a limit price too far from the mark) ends it as REJECTED with the reason.
 */
export function trigger(exchange: ExchangeCore, algo: AlgoOrderRecord, timeMs: number, ticks: number): void {
  const { execution } = exchange;
  const instrument = exchange.instrument(algo.symbol);
  const triggering: AlgoOrderRecord = { ...algo, status: "TRIGGERING", triggerTimeMs: timeMs, updateTimeMs: timeMs };
  execution.putAlgo(triggering, timeMs);
  const quantity = wantedQuantity(exchange, algo);
  const reason = refusalOf(exchange, instrument, algo, quantity, timeMs, ticks);
  if (reason !== undefined) {
    execution.endAlgo(triggering, "REJECTED", timeMs, reason);
    return;
  }
  const order = spawned(exchange, instrument, triggering, quantity, timeMs);
  execution.putAlgo({ ...triggering, status: "TRIGGERED", actualOrderId: order.orderId }, timeMs);
  const limit = order.type === "LIMIT" ? decimal(order.price) : undefined;
  const fills = execution.take(instrument, order.side, quantity, timeMs, ticks, limit);
  if (limit === undefined) {
    execution.fill(instrument, order, fills, false, timeMs, true);
    return;
  }
  const available = fills.reduce((sum, fill) => sum.plus(fill.quantity), zero);
  const isVoid = (order.timeInForce === "GTX" && fills.length > 0) || (order.timeInForce === "FOK" && available.lt(quantity));
  const rests = order.timeInForce === "GTC" || order.timeInForce === "GTX" || order.timeInForce === "GTD";
  execution.fill(instrument, order, isVoid ? [] : fills, false, timeMs, isVoid || !rests);
}

/** With closePosition what is held, when it only reduces no more than that. */
function wantedQuantity(exchange: ExchangeCore, algo: AlgoOrderRecord): DecimalValue {
  const held = decimal(exchange.state.positions.get(algo.symbol)?.quantity ?? "0").abs();
  if (algo.closePosition) return held;
  const wanted = decimal(algo.quantity);
  return algo.reduceOnly && wanted.gt(held) ? held : wanted;
}

function refusalOf(
  exchange: ExchangeCore,
  instrument: SimulatedInstrument,
  algo: AlgoOrderRecord,
  quantity: DecimalValue,
  timeMs: number,
  ticks: number,
): string | undefined {
  const held = decimal(exchange.state.positions.get(algo.symbol)?.quantity ?? "0");
  const shrinks = !held.eq(zero) && held.gt(zero) === (algo.side === "SELL");
  if (algo.reduceOnly && !shrinks) return "ReduceOnly Order is rejected.";
  const mark = exchange.market.markPrice(instrument, timeMs);
  const last = priceOf(instrument, ticks);
  if (
    algo.priceProtect &&
    last
      .minus(mark)
      .abs()
      .gt(mark.times(decimal(instrument.triggerProtect)))
  )
    return "The last price is too far from the mark price (priceProtect).";
  try {
    if (becomesLimit(algo.type)) requirePrice(instrument, algo.side, decimal(algo.price ?? "0"), mark);
    if (!algo.reduceOnly) {
      const worst = exchange.execution.take(instrument, algo.side, quantity, timeMs, ticks).at(-1)?.price ?? mark;
      requireMargin(exchange, instrument, algo.side, quantity, becomesLimit(algo.type) ? decimal(algo.price ?? "0") : worst, timeMs);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ExchangeRefusal) return error.message;
    throw error;
  }
}

function spawned(
  exchange: ExchangeCore,
  instrument: SimulatedInstrument,
  algo: AlgoOrderRecord,
  quantity: DecimalValue,
  timeMs: number,
): OrderRecord {
  const isLimit = becomesLimit(algo.type);
  return {
    orderId: exchange.execution.nextOrderId(instrument),
    clientOrderId: algo.clientAlgoId,
    symbol: algo.symbol,
    side: algo.side,
    type: isLimit ? "LIMIT" : "MARKET",
    timeInForce: isLimit && algo.timeInForce !== "GTE_GTC" ? algo.timeInForce : "GTC",
    quantity: quantity.toFixed(),
    price: isLimit ? (algo.price ?? "0") : "0",
    reduceOnly: algo.reduceOnly,
    closePosition: algo.closePosition,
    timeMs,
    ...(isLimit && algo.goodTillMs !== undefined && { goodTillMs: algo.goodTillMs }),
    origin: {
      algoId: algo.algoId,
      type: algo.type,
      triggerPrice: algo.triggerPrice,
      workingType: algo.workingType,
      priceProtect: algo.priceProtect,
      ...(algo.trail !== undefined && { trail: { activatePrice: algo.trail.activatePrice, callbackRate: algo.trail.callbackRate } }),
    },
    ...echoed(algo),
    status: "NEW",
    executedQuantity: "0",
    cumulativeQuote: "0",
    updateTimeMs: timeMs,
  };
}
