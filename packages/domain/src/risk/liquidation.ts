import type { Protection } from "./protection.ts";

/** The second line behind the sizing: the stop must work before the exchange liquidates. */
export const liquidation: Protection = {
  code: "LIQUIDATION_TOO_NEAR",
  reasonAgainst({ direction, entryPrice, stopPrice, liquidationPrice }, { limits }) {
    const beyond = direction === "long" ? stopPrice.minus(liquidationPrice) : liquidationPrice.minus(stopPrice);
    const wanted = entryPrice.minus(stopPrice).abs().times(limits.liquidationBufferFraction);
    return beyond.gte(wanted)
      ? undefined
      : `liquidation at ${liquidationPrice.toFixed(8)} lies ${beyond.toFixed(8)} beyond the stop ${stopPrice.toFixed()}, the minimum is ${wanted.toFixed(8)}`;
  },
};
