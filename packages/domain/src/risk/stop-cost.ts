import { toText } from "../decimal.ts";
import type { Protection } from "./protection.ts";

/**
 * A stop so near that fees, slippage and spread alone are most of the risk: such a position stands near -1R right after its fill.
 *
 * Refused and not widened: where the stop lies says where the idea is wrong, and a stop elsewhere is another idea.
 */
export const stopCost: Protection = {
  code: "STOP_TOO_NEAR",
  reasonAgainst({ entryPrice, stopPrice, exitTerms }, { bidPrice, askPrice, limits }) {
    if (exitTerms === undefined) return undefined;
    const fees = entryPrice.plus(stopPrice).times(exitTerms.takerFeeRate);
    const cost = fees.plus(entryPrice.times(exitTerms.slippageRate)).plus(askPrice.minus(bidPrice));
    const least = cost.times(limits.minimumStopCostMultiple);
    const distance = entryPrice.minus(stopPrice).abs();
    return distance.gte(least)
      ? undefined
      : `the stop is ${toText(distance)} away, fees, slippage and spread are ${cost.toFixed(8)}: the minimum is ${toText(limits.minimumStopCostMultiple)} times that`;
  },
};
