import type { Protection } from "./protection.ts";

const dayMs = 86_400_000;

/** A perpetual that will be delisted gets a delivery date: positions are then closed by the exchange, at its price. */
export const delisting: Protection = {
  code: "DELISTING",
  reasonAgainst(_intent, { nowMs, instrument, limits }) {
    const { symbol, deliveryTimeMs } = instrument;
    if (deliveryTimeMs === undefined) return undefined;
    const days = (deliveryTimeMs - nowMs) / dayMs;
    return days > limits.delistingNoticeDays
      ? undefined
      : `${symbol} is delisted on ${new Date(deliveryTimeMs).toISOString()}, in ${Math.max(0, days).toFixed(1)} days, the minimum is ${limits.delistingNoticeDays}`;
  },
};
