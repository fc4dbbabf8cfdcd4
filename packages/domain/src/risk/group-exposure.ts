import { signOf } from "../direction.ts";
import { correlationOf } from "./correlation.ts";
import { totalOf } from "./gross-exposure.ts";
import type { Protection } from "./protection.ts";

/**
 * What is open and wins or loses together with the new order, plus the order itself.
 *
 * Two positions move together when the returns of the last 24 hours of their symbols are correlated (same direction) or run against each
 * other (opposite directions). Where the correlation is not known, positions of the same direction count as one.
 */
export const groupExposure: Protection = {
  code: "GROUP_EXPOSURE_TOO_HIGH",
  reasonAgainst({ symbol, direction, notional }, { equity, exposures, dayCandles, limits }) {
    const own = dayCandles.get(symbol) ?? [];
    const group = exposures.filter((exposure) => {
      const correlation = correlationOf(own, dayCandles.get(exposure.symbol) ?? []) ?? 1;
      return correlation * signOf(direction) * signOf(exposure.direction) >= limits.groupCorrelation;
    });
    const after = totalOf(group).plus(notional);
    const limit = equity.times(limits.maximumGroupExposure);
    const names = group.length === 0 ? "alone" : `with ${group.map((exposure) => exposure.symbol).join(", ")}, which move with it,`;
    return after.lte(limit) ? undefined : `${symbol} ${names} would be ${after.toFixed(2)} USDT, the limit is ${limit.toFixed(2)} USDT`;
  },
};
