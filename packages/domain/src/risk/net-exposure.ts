import { totalOf } from "./gross-exposure.ts";
import type { Protection } from "./protection.ts";

/** Long less short; an order that brings the account nearer to balance always passes. */
export const netExposure: Protection = {
  code: "NET_EXPOSURE_TOO_HIGH",
  reasonAgainst({ direction, notional }, { equity, exposures, limits }) {
    const before = totalOf(exposures.filter((exposure) => exposure.direction === "long")).minus(
      totalOf(exposures.filter((exposure) => exposure.direction === "short")),
    );
    const after = direction === "long" ? before.plus(notional) : before.minus(notional);
    const limit = equity.times(limits.maximumNetExposure);
    return after.abs().lte(limit) || after.abs().lte(before.abs())
      ? undefined
      : `net exposure would be ${after.toFixed(2)} USDT, the limit is ${limit.toFixed(2)} USDT either way`;
  },
};
