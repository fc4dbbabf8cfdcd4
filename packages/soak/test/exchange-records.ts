import type { AlgoOrderRecord, OrderRecord, TradeRecord } from "@winiswin/exchange-simulator/matching/records";

/** A fill of 0.02 BTC at 50,000. */
export const aFill = (over: Partial<TradeRecord> & Pick<TradeRecord, "side" | "timeMs">): TradeRecord => ({
  id: over.timeMs,
  orderId: "1",
  symbol: "BTCUSDT",
  price: "50000",
  quantity: "0.02",
  quoteQuantity: "1000",
  commission: "0.5",
  realizedPnl: "0",
  maker: false,
  ...over,
});

/** A resting stop that closes a long in BTC. */
export const aStop = (over: Partial<AlgoOrderRecord> & Pick<AlgoOrderRecord, "createTimeMs">): AlgoOrderRecord => ({
  algoId: "1",
  clientAlgoId: "wsw-s1-0",
  symbol: "BTCUSDT",
  side: "SELL",
  type: "STOP_MARKET",
  workingType: "MARK_PRICE",
  triggerPrice: "49500",
  quantity: "0",
  closePosition: true,
  reduceOnly: true,
  priceProtect: false,
  timeInForce: "GTE_GTC",
  status: "NEW",
  updateTimeMs: over.createTimeMs,
  triggerTimeMs: 0,
  actualOrderId: "",
  reason: "",
  ...over,
});

/** An entry of 0.02 BTC that was filled. */
export const anEntry = (over: Partial<OrderRecord> & Pick<OrderRecord, "orderId" | "clientOrderId">): OrderRecord => ({
  symbol: "BTCUSDT",
  side: "BUY",
  type: "MARKET",
  timeInForce: "GTC",
  quantity: "0.02",
  price: "0",
  reduceOnly: false,
  closePosition: false,
  timeMs: 1_000,
  status: "FILLED",
  executedQuantity: "0.02",
  cumulativeQuote: "1000",
  updateTimeMs: 1_000,
  ...over,
});
