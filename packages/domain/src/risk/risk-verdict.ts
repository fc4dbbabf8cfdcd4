declare const approved: unique symbol;

/** A value that passed the risk review. Only `reviewOrder` makes it, so an order that skipped the review does not compile. */
export type RiskApproved<Value> = Value & { readonly [approved]: true };

export type RefusalCode =
  | "TRADING_DISABLED"
  | "HALTED"
  | "CYCLE_TOO_OLD"
  | "CLOCK_OFF"
  | "MAXIMUM_DRAWDOWN"
  | "MAXIMUM_DAILY_LOSS"
  | "STOP_LOSS_GUARD"
  | "NO_FREE_SLOT"
  | "SYMBOL_ALREADY_OPEN"
  | "SYMBOL_FROZEN"
  | "SYMBOL_BLOCKED"
  | "COOLDOWN"
  | "LOW_PROFIT_SYMBOL"
  | "NOT_TRADABLE"
  | "DELISTING"
  | "NEW_LISTING"
  | "DAY_VOLUME_TOO_LOW"
  | "DAY_VOLUME_UNKNOWN"
  | "FUNDING_TOO_HIGH"
  | "SPREAD_TOO_WIDE"
  | "PRICE_MOVED_AWAY"
  | "STOP_ALREADY_CROSSED"
  | "STOP_TOO_NEAR"
  | "IMPACT_TOO_HIGH"
  | "EXCHANGE_FILTER"
  | "LIQUIDATION_TOO_NEAR"
  | "EXPOSURE_TOO_HIGH"
  | "NET_EXPOSURE_TOO_HIGH"
  | "GROUP_EXPOSURE_TOO_HIGH"
  | "MARGIN_NOT_AVAILABLE";

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence with the figure and its limit. */
  readonly reason: string;
}

/** What refuses one order of a cycle for such a reason refuses every later one of the same cycle. */
const ofTheAccount: ReadonlySet<RefusalCode> = new Set([
  "TRADING_DISABLED",
  "HALTED",
  "CYCLE_TOO_OLD",
  "CLOCK_OFF",
  "MAXIMUM_DRAWDOWN",
  "MAXIMUM_DAILY_LOSS",
  "STOP_LOSS_GUARD",
  "NO_FREE_SLOT",
]);

export const concernsTheAccount = ({ code }: { readonly code: string }): boolean => (ofTheAccount as ReadonlySet<string>).has(code);

export type RiskVerdict<Value> =
  | { readonly verdict: "approved"; readonly value: RiskApproved<Value> }
  | { readonly verdict: "refused"; readonly refusals: readonly Refusal[] };
