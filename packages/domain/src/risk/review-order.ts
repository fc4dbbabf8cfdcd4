import type { OrderIntent } from "../order.ts";
import { availableMargin } from "./available-margin.ts";
import { blockedSymbol } from "./blocked-symbol.ts";
import { clockOffset } from "./clock-offset.ts";
import { cooldown } from "./cooldown.ts";
import { cycleAge } from "./cycle-age.ts";
import { dailyLoss } from "./daily-loss.ts";
import { dayVolume } from "./day-volume.ts";
import { delisting } from "./delisting.ts";
import { drawdown } from "./drawdown.ts";
import { entryDrift } from "./entry-drift.ts";
import { exchangeFilters } from "./exchange-filters.ts";
import { frozenSymbol } from "./frozen-symbol.ts";
import { funding } from "./funding.ts";
import { grossExposure } from "./gross-exposure.ts";
import { groupExposure } from "./group-exposure.ts";
import { halt } from "./halt.ts";
import { knownDayVolume } from "./known-day-volume.ts";
import { liquidation } from "./liquidation.ts";
import { lowProfitSymbol } from "./low-profit-symbol.ts";
import { netExposure } from "./net-exposure.ts";
import { newListing } from "./new-listing.ts";
import { onePositionPerSymbol } from "./one-position-per-symbol.ts";
import { orderImpact } from "./order-impact.ts";
import type { Protection } from "./protection.ts";
import type { RiskContext } from "./risk-context.ts";
import type { RiskApproved, RiskVerdict } from "./risk-verdict.ts";
import { slots } from "./slots.ts";
import { spread } from "./spread.ts";
import { stopCost } from "./stop-cost.ts";
import { stopCrossed } from "./stop-crossed.ts";
import { stopLossGuard } from "./stop-loss-guard.ts";
import { tradableInstrument } from "./tradable-instrument.ts";
import { tradingSwitch } from "./trading-switch.ts";

/** Every rule, in the order in which its reasons are told: what stops everything, then the symbol, then the market, then the order. */
export const protections: readonly Protection[] = [
  tradingSwitch,
  halt,
  drawdown,
  dailyLoss,
  stopLossGuard,
  cycleAge,
  clockOffset,
  tradableInstrument,
  delisting,
  newListing,
  frozenSymbol,
  blockedSymbol,
  onePositionPerSymbol,
  cooldown,
  lowProfitSymbol,
  slots,
  knownDayVolume,
  dayVolume,
  funding,
  spread,
  stopCrossed,
  stopCost,
  entryDrift,
  orderImpact,
  exchangeFilters,
  liquidation,
  grossExposure,
  netExposure,
  groupExposure,
  availableMargin,
];

/** Approves an intent or refuses it with every reason that applies; each rule is a pure function of the intent and its context. */
export function reviewOrder(intent: OrderIntent, context: RiskContext): RiskVerdict<OrderIntent> {
  const refusals = protections.flatMap(({ code, reasonAgainst }) => {
    const reason = reasonAgainst(intent, context);
    return reason === undefined ? [] : [{ code, reason }];
  });
  return refusals.length === 0 ? { verdict: "approved", value: intent as RiskApproved<OrderIntent> } : { verdict: "refused", refusals };
}
