import type { DecimalValue, Price, Quantity, Usdt } from "@winiswin/domain/decimal";
import type { Direction } from "@winiswin/domain/direction";
import type { LeverageBracket } from "@winiswin/domain/leverage";
import type { CloseOrder, OrderIntent, OrderSide, ProtectiveOrder } from "@winiswin/domain/order";
import type { RiskApproved } from "@winiswin/domain/risk";
import type { Transfer } from "@winiswin/domain/risk/equity-marks-history";

export interface AccountBalance {
  readonly walletBalance: Usdt;
  readonly availableBalance: Usdt;
  readonly unrealisedProfit: Usdt;
  /** walletBalance + unrealisedProfit. */
  readonly equity: Usdt;
}

/** A net position as the exchange has it. */
export interface ExchangePosition {
  readonly symbol: string;
  readonly direction: Direction;
  readonly quantity: Quantity;
  readonly entryPrice: Price;
  readonly markPrice: Price;
  readonly unrealisedProfit: Usdt;
  /** Undefined when the exchange states none. */
  readonly liquidationPrice: Price | undefined;
  readonly notional: Usdt;
}

export type OrderStatus = "new" | "partiallyFilled" | "filled" | "canceled" | "rejected" | "expired";

export interface OrderReport {
  /** The exchange's own number; fills name it. */
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly status: OrderStatus;
  readonly executedQuantity: Quantity;
  /** Undefined while nothing is executed. */
  readonly averagePrice: Price | undefined;
}

/** A plain order that waits in the book, whoever placed it. */
export interface RestingOrder {
  readonly clientOrderId: string;
  readonly side: OrderSide;
  readonly reduceOnly: boolean;
  /** What of it is not executed yet. */
  readonly quantity: Quantity;
}

export type ProtectionStatus = "new" | "triggering" | "triggered" | "finished" | "canceled" | "rejected" | "expired";

/** A conditional order as the exchange has it; the exchange keeps these apart from plain orders. */
export interface ProtectionReport {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly leg: "stopLoss" | "takeProfit" | "other";
  readonly side: OrderSide;
  readonly triggerPrice: Price;
  readonly closePosition: boolean;
  /** Undefined with `closePosition`. */
  readonly quantity: Quantity | undefined;
  readonly status: ProtectionStatus;
  /** The plain order that a trigger made; undefined before. */
  readonly spawnedOrderId: string | undefined;
}

export interface Fill {
  /** Unique per symbol. */
  readonly fillId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: Usdt;
  readonly realisedProfit: Usdt;
  readonly timeMs: number;
}

/**
 * What became of a request that changes something.
 *
 * `accepted`: the exchange has it (already having it counts). `rejected`: the exchange refused, nothing happened. `unknown`: ask before
 * sending anything again. `refused` never appears here: that word is for our own review.
 */
export type PlaceOutcome =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "rejected"; readonly code: number | undefined; readonly reason: string; readonly meaning: RejectionMeaning }
  | { readonly outcome: "unknown"; readonly reason: string };

/** The few rejections on which the execution acts differently; `limitsBroken`: price, quantity or notional outside of what the symbol allows. */
export type RejectionMeaning =
  | "wouldTriggerImmediately"
  | "needsPosition"
  | "alreadyProtected"
  | "nothingToReduce"
  | "limitsBroken"
  | "busy"
  | "other";

/** Account and orders; reads throw ExchangeError, writes return their outcome and never retry by themselves. */
export interface OrderGateway {
  balance(): Promise<AccountBalance>;
  /** Only symbols with an open position. */
  positions(): Promise<readonly ExchangePosition[]>;
  leverageBrackets(symbol: string): Promise<readonly LeverageBracket[]>;
  takerFeeRate(symbol: string): Promise<DecimalValue>;
  /** Throws ExchangeError (fatal) when the account is in hedge mode. */
  requireOneWayMode(): Promise<void>;
  /** Sets and verifies isolated margin and the leverage of the symbol; throws ExchangeError when that is not how it ends up. */
  prepareSymbol(symbol: string, leverage: number): Promise<void>;

  placeEntry(intent: RiskApproved<OrderIntent>): Promise<PlaceOutcome>;
  placeProtection(order: ProtectiveOrder): Promise<PlaceOutcome>;
  closeAtMarket(order: CloseOrder): Promise<PlaceOutcome>;
  /** Cancelling what is gone already is `accepted`; the reason is for the audit. */
  cancelProtection(symbol: string, clientOrderId: string, reason?: string): Promise<PlaceOutcome>;

  /** Undefined when the exchange does not know the id (so far). */
  findOrder(symbol: string, clientOrderId: string): Promise<OrderReport | undefined>;
  findProtection(symbol: string, clientOrderId: string): Promise<ProtectionReport | undefined>;
  /** Any order of the account, also one that the exchange itself made: a liquidation, a settlement. */
  findOrderById(symbol: string, orderId: string): Promise<OrderReport | undefined>;
  /** All untriggered conditional orders of the account. */
  openProtections(): Promise<readonly ProtectionReport[]>;
  /** The plain orders that rest on a symbol (weight 1). */
  openOrders(symbol: string): Promise<readonly RestingOrder[]>;
  /** Ascending by time. */
  fillsSince(symbol: string, sinceMs: number): Promise<readonly Fill[]>;
  /** Funding of the symbol since then, negative when more was paid than received. */
  fundingSince(symbol: string, sinceMs: number): Promise<Usdt>;
  /** Deposits and withdrawals with a time between two instants, both included (weight 30 for each week); the newest may not be told yet. */
  transfersBetween(sinceMs: number, untilMs: number): Promise<readonly Transfer[]>;
  /** What liquidations of the symbol cost beside their fills since then, positive. */
  clearanceFeesSince(symbol: string, sinceMs: number): Promise<Usdt>;
}
