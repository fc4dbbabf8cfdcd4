import { asUsdt, type Usdt, zeroUsdt } from "../decimal.ts";
import type { Protection } from "./protection.ts";
import type { Exposure } from "./risk-context.ts";

export const totalOf = (exposures: readonly Exposure[]): Usdt =>
  exposures.reduce<Usdt>((total, exposure) => asUsdt(total.plus(exposure.notional)), zeroUsdt);

export const grossExposure: Protection = {
  code: "EXPOSURE_TOO_HIGH",
  reasonAgainst({ notional }, { equity, exposures, limits }) {
    const after = totalOf(exposures).plus(notional);
    const limit = equity.times(limits.maximumGrossExposure);
    return after.lte(limit) ? undefined : `gross exposure would be ${after.toFixed(2)} USDT, the limit is ${limit.toFixed(2)} USDT`;
  },
};
