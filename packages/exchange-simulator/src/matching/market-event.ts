import type { AlgoOrderRecord, OrderRecord } from "./records.ts";

/** A conditional order whose price was reached, with the last price at that instant. */
export interface TriggerEvent {
  readonly kind: "trigger";
  readonly timeMs: number;
  readonly ticks: number;
  readonly algo: AlgoOrderRecord;
}

/** What happened next in the market that concerns the account. */
export type MarketEvent =
  | TriggerEvent
  | { readonly kind: "limitFill"; readonly timeMs: number; readonly order: OrderRecord }
  | { readonly kind: "countdown"; readonly timeMs: number; readonly symbol: string }
  | { readonly kind: "goodTill"; readonly timeMs: number; readonly order: OrderRecord }
  | { readonly kind: "algoGoodTill"; readonly timeMs: number; readonly algo: AlgoOrderRecord }
  | { readonly kind: "settlement"; readonly timeMs: number; readonly symbol: string }
  | { readonly kind: "liquidation"; readonly timeMs: number; readonly symbol: string }
  | ({ readonly kind: "funding" } & FundingSettlement);

/** One position's payment: what was held, and the mark price and rate as decimal text. */
export interface FundingSettlement {
  readonly symbol: string;
  readonly timeMs: number;
  readonly quantity: string;
  readonly markPrice: string;
  readonly rate: string;
}

/** Finds what concerns the account, in order of time; `apply` changes the state, after which the rest of the time is looked at anew. */
export interface Walk {
  /** From the last instant matched up to now, or as far as prices are known. */
  advance(nowMs: number, apply: (event: MarketEvent) => void): void;
}
