import type { Price, Quantity, Usdt } from "./decimal.ts";
import type { Direction } from "./direction.ts";
import type { ExitTerms } from "./exit/exit-terms.ts";
import { sha256 } from "./identity.ts";

export type OrderSide = "buy" | "sell";

export const entrySideOf = (direction: Direction): OrderSide => (direction === "long" ? "buy" : "sell");
export const exitSideOf = (direction: Direction): OrderSide => (direction === "long" ? "sell" : "buy");

/** Which part of a position's life an order belongs to: the stop of the entry, one that was moved, a target, a market close. */
export const legs = ["entry", "stopLoss", "breakeven", "trailing", "takeProfit", "close"] as const;

export type Leg = (typeof legs)[number];

/** The stops, by what put them where they stand. */
export type StopLeg = Extract<Leg, "stopLoss" | "breakeven" | "trailing">;

const legLetters: Record<Leg, string> = { entry: "e", stopLoss: "s", breakeven: "b", trailing: "r", takeProfit: "t", close: "c" };

/** Our orders begin with this, so that a person and the guard can tell them from everybody else's. */
export const clientOrderIdPrefix = "wsw-";

/**
 * The id of an order, a pure function of what it is for: 4 + 1 + revision + 1 + 22 characters, inside the exchange's 36.
 *
 * The revision counts intended replacements (a moved stop is a new order); a re-send of the same intent has the same id.
 */
export const clientOrderIdOf = (bot: string, positionId: string, leg: Leg, revision: number): string =>
  `${clientOrderIdPrefix}${legLetters[leg]}${revision}-${sha256(`${bot}|${positionId}|${leg}|${revision}`).slice(0, 22)}`;

/** What we wish to open, before the risk review. */
export interface OrderIntent {
  readonly bot: string;
  readonly positionId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly quantity: Quantity;
  readonly leverage: number;
  /** The close of the signal's candle. */
  readonly signalPrice: Price;
  /** Expected fill: the other side of the book just before the entry. */
  readonly entryPrice: Price;
  readonly stopPrice: Price;
  readonly targetPrice: Price;
  readonly notional: Usdt;
  readonly initialMargin: Usdt;
  readonly initialRisk: Usdt;
  readonly liquidationPrice: Price;
  /** Undefined in what was stored before exits had terms: such a position keeps its one stop and its one target. */
  readonly exitTerms?: ExitTerms | undefined;
}

/** An order that can only shrink or close a position; it needs no approval, because it never adds risk. */
export interface ProtectiveOrder {
  readonly leg: StopLeg | "takeProfit";
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly triggerPrice: Price;
  /** Undefined for whatever is open when it triggers; else at most so much of it. */
  readonly quantity?: Quantity | undefined;
}

/** A market order that closes what is open of a position. */
export interface CloseOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly quantity: Quantity;
}
