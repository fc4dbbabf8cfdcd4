/** What the exchange remembers; money as decimal text, so that a record is its own stored form. */

export type Side = "BUY" | "SELL";

export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED";

export type SelfTradePrevention = "NONE" | "EXPIRE_TAKER" | "EXPIRE_MAKER" | "EXPIRE_BOTH";

/** What a client chose that changes nothing here and is told back to it. */
export interface EchoedChoices {
  /** Absent: EXPIRE_MAKER, as accounts have it by default. */
  readonly selfTradePrevention?: SelfTradePrevention;
  /** Absent: NONE; the price is the one that was found. */
  readonly priceMatch?: string;
}

export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTX" | "GTD";

/** 2 what IOC left, 4 the position is gone or would turn, 5 liquidation, 7 delisted, 9 what a market order left, 10 FOK, 11 post only. */
export type ExpiryReason = 2 | 4 | 5 | 7 | 9 | 10 | 11;

export interface OrderRecord extends EchoedChoices {
  /** Up to 64 bits: text inside, a JSON integer on the wire. */
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: "MARKET" | "LIMIT";
  readonly timeInForce: TimeInForce;
  readonly quantity: string;
  readonly price: string;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly timeMs: number;
  /** GTD only: the order ends then. */
  readonly goodTillMs?: number;
  /** The conditional order that it comes from. */
  readonly origin?: OrderOrigin;
  /** How often it was amended. */
  readonly amendments?: number;
  /** Of an expired order, in the numbers of ORDER_TRADE_UPDATE (`er`). */
  readonly expiryReason?: ExpiryReason;
  status: OrderStatus;
  executedQuantity: string;
  cumulativeQuote: string;
  updateTimeMs: number;
}

export type AlgoStatus = "NEW" | "TRIGGERING" | "TRIGGERED" | "FINISHED" | "CANCELED" | "REJECTED" | "EXPIRED";

export type AlgoType = "STOP_MARKET" | "TAKE_PROFIT_MARKET" | "STOP" | "TAKE_PROFIT" | "TRAILING_STOP_MARKET";

export type WorkingType = "MARK_PRICE" | "CONTRACT_PRICE";

export interface OrderOrigin {
  readonly algoId: string;
  readonly type: AlgoType;
  readonly triggerPrice: string;
  readonly workingType: WorkingType;
  readonly priceProtect: boolean;
  /** Of a trailing stop. */
  readonly trail?: { readonly activatePrice: string; readonly callbackRate: string };
}

export interface AlgoOrderRecord extends EchoedChoices {
  readonly algoId: string;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: AlgoType;
  readonly workingType: WorkingType;
  /** "0" of a trailing stop. */
  readonly triggerPrice: string;
  /** Of the limit order that STOP and TAKE_PROFIT become. */
  readonly price?: string;
  /** Trailing stops: what the price must reach first, how many percent it must come back, and how far it has gone since (float64). */
  readonly trail?: { readonly activatePrice: string; readonly callbackRate: string; readonly extreme: number };
  /** GTD only. */
  readonly goodTillMs?: number;
  /** "0" with closePosition. */
  readonly quantity: string;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  readonly timeInForce: TimeInForce | "GTE_GTC";
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
  /** Whether fees are to be paid in BNB; without effect, because the account never holds any. Absent: no. */
  readonly feeBurn?: boolean;
  /** Whether the agreement on perpetuals of stocks was signed. Absent: no. */
  readonly signedTradFi?: boolean;
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

/** When a symbol's plain orders are cancelled unless somebody sets it anew; 0 when the countdown is off. */
export interface CountdownRecord {
  readonly symbol: string;
  readonly atMs: number;
}

/** One change of a resting order. */
export interface AmendmentRecord {
  readonly id: number;
  readonly orderId: string;
  readonly timeMs: number;
  readonly price: { readonly before: string; readonly after: string };
  readonly quantity: { readonly before: string; readonly after: string };
  /** The how manieth of its order. */
  readonly count: number;
  /** The client's own name for it. */
  readonly modifyId?: string;
}

/** Margin that was put to or taken from an isolated position. */
export interface MarginChangeRecord {
  readonly id: number;
  readonly symbol: string;
  readonly type: 1 | 2;
  readonly amount: string;
  readonly timeMs: number;
}
