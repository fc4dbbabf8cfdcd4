/** What the exchange remembers; money as decimal text, so that a record is its own stored form. */

export type Side = "BUY" | "SELL";

export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED";

export interface OrderRecord {
  /** Up to 64 bits: text inside, a JSON integer on the wire. */
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: "MARKET" | "LIMIT";
  readonly timeInForce: "GTC" | "IOC" | "FOK" | "GTX";
  readonly quantity: string;
  readonly price: string;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly timeMs: number;
  status: OrderStatus;
  executedQuantity: string;
  cumulativeQuote: string;
  updateTimeMs: number;
}

export type AlgoStatus = "NEW" | "TRIGGERING" | "TRIGGERED" | "FINISHED" | "CANCELED" | "REJECTED" | "EXPIRED";

export type AlgoType = "STOP_MARKET" | "TAKE_PROFIT_MARKET";

export type WorkingType = "MARK_PRICE" | "CONTRACT_PRICE";

export interface AlgoOrderRecord {
  readonly algoId: string;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: AlgoType;
  readonly workingType: WorkingType;
  readonly triggerPrice: string;
  /** "0" with closePosition. */
  readonly quantity: string;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  readonly timeInForce: "GTC" | "IOC" | "FOK" | "GTE_GTC";
  readonly createTimeMs: number;
  status: AlgoStatus;
  updateTimeMs: number;
  triggerTimeMs: number;
  actualOrderId: string;
  /** Why the exchange ended it, empty while it did not. */
  reason: string;
}

export interface PositionRecord {
  readonly symbol: string;
  /** Signed: above zero is long. */
  quantity: string;
  /** What the open quantity cost in USDT, always positive; entry price = entryCost / |quantity|. */
  entryCost: string;
  /** Margin set aside for this position; "0" when cross. */
  isolatedWallet: string;
  /** Fees paid since the position was opened, for the break-even price. */
  fees: string;
  updateTimeMs: number;
}

export interface SettingRecord {
  readonly symbol: string;
  leverage: number;
  marginType: "CROSSED" | "ISOLATED";
}

export interface TradeRecord {
  readonly id: number;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly commission: string;
  readonly realizedPnl: string;
  readonly maker: boolean;
  readonly timeMs: number;
}

export type IncomeType = "TRANSFER" | "REALIZED_PNL" | "COMMISSION" | "FUNDING_FEE" | "INSURANCE_CLEAR";

export interface IncomeRecord {
  readonly tranId: number;
  readonly symbol: string;
  readonly incomeType: IncomeType;
  readonly income: string;
  readonly tradeId: string;
  readonly timeMs: number;
}

/** Everything that is one of a kind. */
export interface AccountRecord {
  /** The sum of all incomes. */
  walletBalance: string;
  /** Everything up to this instant has been matched. */
  processedMs: number;
  nextOrder: number;
  nextAlgo: number;
  nextTrade: number;
  nextTransfer: number;
}

/** A minute of a live market as it was last seen, prices in quote asset. */
interface WatchedMinute {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What was last seen of a contract on a live market: what happens after is told by the difference. */
export interface WatchRecord {
  readonly symbol: string;
  readonly last: WatchedMinute;
  readonly mark: WatchedMinute;
}

/** A position held at a full hour on a live market, which may be a funding time. */
export interface FundingDueRecord {
  readonly symbol: string;
  readonly timeMs: number;
  /** Signed. */
  readonly quantity: string;
  readonly settled: boolean;
}
