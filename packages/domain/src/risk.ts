import { type DecimalValue, decimal, type Price, type Usdt } from "./decimal.ts";
import { type Instrument, isTradable } from "./instrument.ts";
import type { OrderIntent } from "./order.ts";

declare const approved: unique symbol;

/** A value that passed the risk review. Only `reviewOrder` makes it, so an order that skipped the review does not compile. */
export type RiskApproved<Value> = Value & { readonly [approved]: true };

export type RefusalCode =
  | "TRADING_DISABLED"
  | "HALTED"
  | "CYCLE_TOO_OLD"
  | "NO_FREE_SLOT"
  | "SYMBOL_ALREADY_OPEN"
  | "SYMBOL_FROZEN"
  | "NOT_TRADABLE"
  | "NEW_LISTING"
  | "SPREAD_TOO_WIDE"
  | "PRICE_MOVED_AWAY"
  | "STOP_ALREADY_CROSSED"
  | "EXPOSURE_TOO_HIGH"
  | "MARGIN_NOT_AVAILABLE";

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence with the figure and its limit. */
  readonly reason: string;
}

export type RiskVerdict<Value> =
  | { readonly verdict: "approved"; readonly value: RiskApproved<Value> }
  | { readonly verdict: "refused"; readonly refusals: readonly Refusal[] };

export interface RiskLimits {
  readonly maximumPositions: number;
  readonly maximumCycleAgeMs: number;
  readonly minimumListingAgeDays: number;
  /** Percent of the mid price. */
  readonly maximumSpreadPercent: DecimalValue;
  /** How far the price may have left the signal's entry, as a fraction of the stop distance. */
  readonly maximumEntryDriftFraction: DecimalValue;
  /** Sum of absolute notional over equity. */
  readonly maximumGrossExposure: DecimalValue;
}

/** What the review looks at beside the intent. */
export interface RiskContext {
  readonly nowMs: number;
  readonly cycleCloseTimeMs: number;
  readonly tradingEnabled: boolean;
  readonly haltReason: string | undefined;
  readonly instrument: Instrument;
  readonly bidPrice: Price;
  readonly askPrice: Price;
  readonly equity: Usdt;
  readonly availableBalance: Usdt;
  /** Everything that is open or being opened on the account, whoever opened it. */
  readonly openSymbols: ReadonlySet<string>;
  readonly frozenSymbols: ReadonlySet<string>;
  readonly grossNotional: Usdt;
  readonly limits: RiskLimits;
}

type Check = (intent: OrderIntent, context: RiskContext) => string | undefined;

const zero = decimal("0");
const hundred = decimal("100");
const dayMs = 86_400_000;

const checks: readonly (readonly [RefusalCode, Check])[] = [
  [
    "TRADING_DISABLED",
    (_intent, context) => (context.tradingEnabled ? undefined : "ENABLE_TRADING is false: signals are recorded and nothing is sent"),
  ],
  ["HALTED", (_intent, context) => (context.haltReason === undefined ? undefined : `entries are halted: ${context.haltReason}`)],
  ["CYCLE_TOO_OLD", cycleTooOld],
  [
    "NOT_TRADABLE",
    (_intent, { instrument }) =>
      isTradable(instrument)
        ? undefined
        : `${instrument.symbol} is ${instrument.contractType} and ${instrument.status}, not a trading perpetual on a coin`,
  ],
  ["NEW_LISTING", newListing],
  [
    "SYMBOL_FROZEN",
    (intent, context) =>
      context.frozenSymbols.has(intent.symbol) ? `${intent.symbol} is frozen until an order with unknown outcome is settled` : undefined,
  ],
  [
    "SYMBOL_ALREADY_OPEN",
    (intent, context) => (context.openSymbols.has(intent.symbol) ? `a position in ${intent.symbol} is open already` : undefined),
  ],
  [
    "NO_FREE_SLOT",
    (_intent, { openSymbols, limits }) =>
      openSymbols.size < limits.maximumPositions ? undefined : `${openSymbols.size} of ${limits.maximumPositions} positions are open`,
  ],
  ["SPREAD_TOO_WIDE", spreadTooWide],
  ["STOP_ALREADY_CROSSED", stopAlreadyCrossed],
  ["PRICE_MOVED_AWAY", priceMovedAway],
  ["EXPOSURE_TOO_HIGH", exposureTooHigh],
  [
    "MARGIN_NOT_AVAILABLE",
    (intent, context) =>
      intent.initialMargin.lte(context.availableBalance)
        ? undefined
        : `initial margin ${intent.initialMargin.toFixed(2)} USDT is above the available ${context.availableBalance.toFixed(2)} USDT`,
  ],
];

/** Approves an intent or refuses it with every reason that applies; each check is a pure function of the intent and its context. */
export function reviewOrder(intent: OrderIntent, context: RiskContext): RiskVerdict<OrderIntent> {
  const refusals = checks.flatMap(([code, check]) => {
    const reason = check(intent, context);
    return reason === undefined ? [] : [{ code, reason }];
  });
  return refusals.length === 0 ? { verdict: "approved", value: intent as RiskApproved<OrderIntent> } : { verdict: "refused", refusals };
}

function cycleTooOld(_intent: OrderIntent, context: RiskContext): string | undefined {
  const ageMs = context.nowMs - context.cycleCloseTimeMs;
  return ageMs <= context.limits.maximumCycleAgeMs
    ? undefined
    : `the candle closed ${Math.round(ageMs / 1000)} s ago, the limit is ${context.limits.maximumCycleAgeMs / 1000} s`;
}

function newListing(_intent: OrderIntent, { nowMs, instrument, limits }: RiskContext): string | undefined {
  const days = (nowMs - instrument.onboardTimeMs) / dayMs;
  return days >= limits.minimumListingAgeDays
    ? undefined
    : `${instrument.symbol} was listed ${Math.max(0, Math.floor(days))} days ago, the minimum is ${limits.minimumListingAgeDays}`;
}

function spreadTooWide(intent: OrderIntent, { bidPrice, askPrice, limits }: RiskContext): string | undefined {
  if (!bidPrice.gt(zero) || !askPrice.gt(zero)) return `the book of ${intent.symbol} is empty`;
  const percent = askPrice
    .minus(bidPrice)
    .times(hundred)
    .div(bidPrice.plus(askPrice).div(decimal("2")));
  return percent.lte(limits.maximumSpreadPercent)
    ? undefined
    : `spread ${percent.toFixed(3)} % is above ${limits.maximumSpreadPercent.toFixed()} %`;
}

function stopAlreadyCrossed(intent: OrderIntent, { bidPrice, askPrice }: RiskContext): string | undefined {
  const crossed = intent.direction === "long" ? bidPrice.lte(intent.stopPrice) : askPrice.gte(intent.stopPrice);
  return crossed ? `the price has passed the stop ${intent.stopPrice.toFixed()} already` : undefined;
}

function priceMovedAway(intent: OrderIntent, { bidPrice, askPrice, limits }: RiskContext): string | undefined {
  const fill = intent.direction === "long" ? askPrice : bidPrice;
  const drift = intent.direction === "long" ? fill.minus(intent.signalPrice) : intent.signalPrice.minus(fill);
  const allowed = intent.signalPrice.minus(intent.stopPrice).abs().times(limits.maximumEntryDriftFraction);
  return drift.lte(allowed) ? undefined : `the price moved ${drift.toFixed()} away from the signal, the limit is ${allowed.toFixed(8)}`;
}

function exposureTooHigh(intent: OrderIntent, { equity, grossNotional, limits }: RiskContext): string | undefined {
  const after = grossNotional.plus(intent.notional);
  const limit = equity.times(limits.maximumGrossExposure);
  return after.lte(limit) ? undefined : `gross exposure would be ${after.toFixed(2)} USDT, the limit is ${limit.toFixed(2)} USDT`;
}
