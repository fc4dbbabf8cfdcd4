import type { Leg } from "@winiswin/domain/order";

/** One order in our books: the intention is written before anything is sent. */
export interface OrderRecord {
  readonly positionId: string;
  readonly clientOrderId: string;
  readonly bot: string;
  readonly symbol: string;
  readonly leg: Leg;
  readonly revision: number;
  /** What was asked for, as text: side, quantity, trigger. */
  readonly request: string;
  readonly intendedAtMs: number;
}

export type OrderOutcome = "accepted" | "rejected" | "unknown" | "filled" | "canceled" | "absent";

export interface OrderStore {
  /** False when the intention is there already: it may have been sent. */
  intend(order: OrderRecord): Promise<boolean>;
  /** Appends what was learnt; never overwrites an earlier outcome. */
  recordOutcome(
    order: { positionId: string; clientOrderId: string },
    outcome: { atMs: number; outcome: OrderOutcome; detail: string },
  ): Promise<void>;
  ofPosition(
    positionId: string,
  ): Promise<readonly (OrderRecord & { outcomes: readonly { atMs: number; outcome: OrderOutcome; detail: string }[] })[]>;
}
