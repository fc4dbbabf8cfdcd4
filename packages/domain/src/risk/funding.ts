import { signOf } from "../direction.ts";
import type { Protection } from "./protection.ts";

/** What the position would pay (not receive) at the expected funding. */
export const funding: Protection = {
  code: "FUNDING_TOO_HIGH",
  reasonAgainst({ symbol, direction }, { fundingRatePer8Hours, limits: { maximumFundingPercent } }) {
    if (fundingRatePer8Hours === undefined) return `the funding rate of ${symbol} is not known`;
    const paidPercent = fundingRatePer8Hours * signOf(direction) * 100;
    return paidPercent <= maximumFundingPercent
      ? undefined
      : `a ${direction} in ${symbol} pays ${paidPercent.toFixed(4)} % funding every 8 hours, the limit is ${maximumFundingPercent} %`;
  },
};
