import type { DecimalValue } from "@winiswin/domain/decimal";

/** What the account pays for a market order, as it was last asked: for whoever has no key to ask with. */
export interface AccountFees {
  /** Undefined until somebody with a key has asked. */
  takerFeeRate(): Promise<DecimalValue | undefined>;
  remember(takerFeeRate: DecimalValue, atMs: number): Promise<void>;
}
