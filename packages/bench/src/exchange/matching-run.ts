import { createHash } from "node:crypto";
import { decimal } from "@winiswin/domain/decimal";
import { GeneratedMarket } from "@winiswin/exchange-simulator/market/generated-market";
import { placeAlgoOrder } from "@winiswin/exchange-simulator/matching/algo-entry";
import { Exchange } from "@winiswin/exchange-simulator/matching/exchange";
import { Market, priceOf } from "@winiswin/exchange-simulator/matching/market";
import { placeOrder } from "@winiswin/exchange-simulator/matching/order-entry";
import type { AlgoType } from "@winiswin/exchange-simulator/matching/records";

const startMs = Date.UTC(2026, 0, 5, 0, 0, 2);
const betweenRoundsMs = 900_000;

export interface MatchingRun {
  /** Plain and conditional orders taken. */
  readonly orders: number;
  readonly trades: number;
  readonly seconds: number;
  readonly hash: string;
}

/**
 * Rounds of a protected trade in each of `symbols` contracts, a quarter of an hour apart: entry at market, stop, target and a trailing stop,
 * a limit order that is met or not, and what is left is closed before the next round. Everything is matched on the way.
 */
export function runMatching(symbols: number, rounds: number): MatchingRun {
  const exchange = new Exchange(new Market(new GeneratedMarket("bench", symbols, startMs)));
  exchange.open(decimal("10000000"), startMs);
  const contracts = exchange.market.feed.instruments.slice(0, symbols);
  let orders = 0;
  const begunMs = performance.now();
  for (let round = 0; round < rounds; round++) {
    const nowMs = startMs + round * betweenRoundsMs;
    exchange.advanceTo(nowMs);
    for (const [index, instrument] of contracts.entries()) {
      const { symbol } = instrument;
      for (const algo of [...exchange.state.openAlgoOrders.values()]) if (algo.symbol === symbol) exchange.cancelAlgo(algo, nowMs);
      exchange.cancelOrdersOf(symbol, nowMs);
      const held = decimal(exchange.state.positions.get(symbol)?.quantity ?? "0");
      const common = { symbol, clientOrderId: undefined } as const;
      if (!held.eq(decimal("0"))) {
        const side = held.gt(decimal("0")) ? "SELL" : "BUY";
        placeOrder(exchange, { ...common, type: "MARKET", side, quantity: held.abs(), reduceOnly: true }, nowMs);
        orders++;
      }
      const isLong = (index + round) % 2 === 0;
      const [entry, exit] = isLong ? (["BUY", "SELL"] as const) : (["SELL", "BUY"] as const);
      const ticks = exchange.market.path.lastTicks(instrument, nowMs);
      const at = (share: number) => priceOf(instrument, Math.round(ticks * (isLong ? share : 2 - share)));
      const worth = 2_000 / (ticks * instrument.tickValue);
      const quantity = decimal(Math.max(Number(instrument.stepSize), worth).toFixed(instrument.stepDecimals));
      placeOrder(exchange, { ...common, type: "MARKET", side: entry, quantity, reduceOnly: false }, nowMs);
      placeOrder(
        exchange,
        { ...common, type: "LIMIT", side: entry, quantity, price: at(0.996), timeInForce: "GTC", reduceOnly: false },
        nowMs,
      );
      const conditional = (type: AlgoType, share: number) =>
        placeAlgoOrder(
          exchange,
          {
            symbol,
            side: exit,
            type,
            clientAlgoId: undefined,
            workingType: "MARK_PRICE",
            ...(share === 0
              ? {
                  triggerPrice: decimal("0"),
                  trail: { activatePrice: decimal("0"), callbackRate: decimal("0.8") },
                  quantity,
                  closePosition: false,
                  reduceOnly: true,
                }
              : { triggerPrice: at(share), quantity: undefined, closePosition: true, reduceOnly: false }),
            priceProtect: false,
            timeInForce: "GTC",
          },
          nowMs,
        );
      conditional("STOP_MARKET", 0.994);
      conditional("TAKE_PROFIT_MARKET", 1.006);
      conditional("TRAILING_STOP_MARKET", 0);
      orders += 5;
    }
  }
  const seconds = (performance.now() - begunMs) / 1_000;
  const { state } = exchange;
  const hash = createHash("sha256")
    .update(JSON.stringify([state.trades, state.account.walletBalance]))
    .digest("hex");
  return { orders, trades: state.trades.length, seconds, hash };
}
