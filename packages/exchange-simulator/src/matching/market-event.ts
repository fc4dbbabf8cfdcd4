import type { AlgoOrderRecord, OrderRecord } from "./records.ts";

/** What happened next in the market that concerns the account. */
export type MarketEvent =
  | { readonly kind: "trigger"; readonly timeMs: number; readonly ticks: number; readonly algo: AlgoOrderRecord }
  | { readonly kind: "limitFill"; readonly timeMs: number; readonly order: OrderRecord }
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
