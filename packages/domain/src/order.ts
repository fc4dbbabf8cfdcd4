import type { Price, Quantity, Usdt } from "./decimal.ts";
import type { Direction } from "./direction.ts";
import type { ExitTerms } from "./exit/exit-terms.ts";
import { sha256 } from "./identity.ts";

export type OrderSide = "buy" | "sell";

export const entrySideOf = (direction: Direction): OrderSide => (direction === "long" ? "buy" : "sell");
export const exitSideOf = (direction: Direction): OrderSide => (direction === "long" ? "sell" : "buy");

/**
 * Which part of a position's life an order belongs to: the stop of the entry, one that was moved, a target, a market close, or what gives back
 * what was filled beyond the intended quantity.
 */
export const legs = ["entry", "stopLoss", "breakeven", "trailing", "takeProfit", "close", "excess"] as const;

export type Leg = (typeof legs)[number];

/** The stops, by what put them where they stand. */
export type StopLeg = Extract<Leg, "stopLoss" | "breakeven" | "trailing">;

const legLetters: Record<Leg, string> = {
  entry: "e",
  stopLoss: "s",
  breakeven: "b",
  trailing: "r",
  takeProfit: "t",
  close: "c",
  excess: "x",
};

/** The orders of every bot of this program begin with this, so that a person can tell them from everybody else's. */
const programPrefix = "wsw-";

export const isOrderOfProgram = (clientOrderId: string): boolean => clientOrderId.startsWith(programPrefix);

/** The orders of one bot begin with this: what another bot of this program has placed on the same account is not its own. */
const prefixOf = (bot: string): string => `${programPrefix}${sha256(bot).slice(0, 4)}-`;

/** Before bots were told apart there was one: what rests from then is its own. */
const formerId = /^wsw-[esbrtc]\d+-[0-9a-f]{22}$/;

export const isOrderOf = (bot: string, clientOrderId: string): boolean =>
  clientOrderId.startsWith(prefixOf(bot)) || formerId.test(clientOrderId);

/** Which leg an order of the bot stands for; undefined for everybody else's. */
export function legOf(bot: string, clientOrderId: string): Leg | undefined {
  if (!clientOrderId.startsWith(prefixOf(bot))) return undefined;
  const letter = clientOrderId.slice(prefixOf(bot).length)[0];
  return legs.find((leg) => legLetters[leg] === letter);
}

export const isOrderOfAnotherBot = (bot: string, clientOrderId: string): boolean =>
  isOrderOfProgram(clientOrderId) && !isOrderOf(bot, clientOrderId);

/**
 * The id of an order, a pure function of what it is for: 9 + 1 + revision + 1 + 20 characters, inside the exchange's 36.
 *
 * The revision counts intended replacements (a moved stop is a new order); a re-send of the same intent has the same id.
 */
export const clientOrderIdOf = (bot: string, positionId: string, leg: Leg, revision: number): string =>
  `${prefixOf(bot)}${legLetters[leg]}${revision}-${sha256(`${bot}|${positionId}|${leg}|${revision}`).slice(0, 20)}`;

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
