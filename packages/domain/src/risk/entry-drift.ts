import type { Protection } from "./protection.ts";

export const entryDrift: Protection = {
  code: "PRICE_MOVED_AWAY",
  reasonAgainst({ direction, signalPrice, stopPrice }, { bidPrice, askPrice, limits }) {
    const drift = direction === "long" ? askPrice.minus(signalPrice) : signalPrice.minus(bidPrice);
    const allowed = signalPrice.minus(stopPrice).abs().times(limits.maximumEntryDriftFraction);
    return drift.lte(allowed) ? undefined : `the price moved ${drift.toFixed()} away from the signal, the limit is ${allowed.toFixed(8)}`;
  },
};
