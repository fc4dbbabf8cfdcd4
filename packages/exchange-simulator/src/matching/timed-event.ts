import type { SimulatedInstrument } from "../market/instrument.ts";
import { activeSymbols, type ExchangeState } from "./exchange-state.ts";
import type { MarketEvent } from "./market-event.ts";

/** The first thing, up to `untilMs`, that time alone brings: the end of a countdown, of an order's term, or of a contract. */
export function timedEvent(
  state: ExchangeState,
  instrumentOf: (symbol: string) => SimulatedInstrument,
  fromMs: number,
  untilMs: number,
): MarketEvent | undefined {
  let first: MarketEvent | undefined;
  const consider = (dueMs: number, eventAt: (timeMs: number) => MarketEvent): void => {
    const timeMs = Math.max(dueMs, fromMs);
    if (timeMs <= untilMs && (first === undefined || timeMs < first.timeMs)) first = eventAt(timeMs);
  };
  for (const { symbol, atMs } of state.countdowns.values()) consider(atMs, (timeMs) => ({ kind: "countdown", timeMs, symbol }));
  for (const order of state.openOrders.values()) {
    if (order.goodTillMs !== undefined) consider(order.goodTillMs, (timeMs) => ({ kind: "goodTill", timeMs, order }));
  }
  for (const algo of state.openAlgoOrders.values()) {
    if (algo.goodTillMs !== undefined) consider(algo.goodTillMs, (timeMs) => ({ kind: "algoGoodTill", timeMs, algo }));
  }
  for (const symbol of activeSymbols(state)) {
    const { endMs } = instrumentOf(symbol);
    // 0: it does not trade at the moment, and nobody has said that it ended.
    if (endMs > 0) consider(endMs, (timeMs) => ({ kind: "settlement", timeMs, symbol }));
  }
  return first;
}
