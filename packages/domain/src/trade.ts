import type { CycleId } from "./cycle.ts";
import type { Price, Quantity, Usdt } from "./decimal.ts";
import type { Direction } from "./direction.ts";

export type ExitReason = "stopLoss" | "takeProfit" | "closed" | "liquidated" | "elsewhere";

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
  readonly exitPrice: Price;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  readonly exitReason: ExitReason;
  /** Result of the prices alone. */
  readonly grossProfit: Usdt;
  /** Both fees, positive. */
  readonly fees: Usdt;
  /** Funding received minus paid while it was open. */
  readonly funding: Usdt;
  /** grossProfit - fees + funding: what the wallet gained. */
  readonly netProfit: Usdt;
  readonly initialRisk: Usdt;
  /** netProfit / initialRisk, for looking. */
  readonly rMultiple: number;
}
