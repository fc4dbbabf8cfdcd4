import type { CycleId } from "./cycle.ts";
import type { Price, Quantity, Usdt } from "./decimal.ts";
import type { Direction } from "./direction.ts";

/**
 * What ended a position. `stopLoss`, `breakeven` and `trailing` are the stop, by where it stood when it triggered; `closed` is a market close
 * of ours because it could not be protected; `excess` gave back what was filled beyond the intended quantity; `elsewhere` is an order that was
 * not ours.
 */
export const exitReasons = [
  "stopLoss",
  "takeProfit",
  "breakeven",
  "trailing",
  "timeStop",
  "revalidation",
  "funding",
  "delisting",
  "manual",
  "liquidated",
  "closed",
  "excess",
  "elsewhere",
] as const;

export type ExitReason = (typeof exitReasons)[number];

/** What one order took out of a position. */
export interface PartialExit {
  readonly reason: ExitReason;
  /** The average of its fills. */
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: Usdt;
  readonly atMs: number;
}

/** One position from open to close, with its result. */
export interface Trade {
  readonly bot: string;
  readonly positionId: string;
  readonly cycleId: CycleId;
  readonly symbol: string;
  readonly strategy: string;
  readonly direction: Direction;
  readonly quantity: Quantity;
  readonly entryPrice: Price;
  /** The average of all exits. */
  readonly exitPrice: Price;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  /** What ended the last part of it. */
  readonly exitReason: ExitReason;
  /** In the order in which they happened; undefined in trades recorded before exits were told apart. */
  readonly exits: readonly PartialExit[] | undefined;
  /** The best (0 or above) and the worst (0 or below) price while it was open, in R before costs; undefined when nobody watched. */
  readonly mfeR: number | undefined;
  readonly maeR: number | undefined;
  /** Result of the prices alone. */
  readonly grossProfit: Usdt;
  /** Of everything that entered and left, positive; of an order that turned the position round the whole fee, because the exchange does not split it. */
  readonly fees: Usdt;
  /** Funding received minus paid while it was open. */
  readonly funding: Usdt;
  /** grossProfit - fees + funding: what the wallet gained. */
  readonly netProfit: Usdt;
  /** What would have been lost at the first stop, for what was filled at the price at which it was. */
  readonly initialRisk: Usdt;
  /** netProfit / initialRisk, for looking. */
  readonly rMultiple: number;
}
