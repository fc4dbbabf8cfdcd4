import type { Protection } from "./protection.ts";

/**
 * Candles close, cycles age and fundings fall due by our clock: one that differs from the exchange's has entries decided at other times than
 * they say, however well signed requests are corrected.
 */
export const clockOffset: Protection = {
  code: "CLOCK_OFF",
  reasonAgainst(_intent, { clockOffsetMs, limits: { maximumClockOffsetMs } }) {
    const limit = `the limit is ${(maximumClockOffsetMs / 1000).toFixed(1)} s`;
    if (clockOffsetMs === undefined) return `how far our clock is from the exchange's is not known, ${limit}`;
    if (Math.abs(clockOffsetMs) <= maximumClockOffsetMs) return undefined;
    const seconds = (Math.abs(clockOffsetMs) / 1000).toFixed(1);
    return `our clock is ${seconds} s ${clockOffsetMs > 0 ? "behind" : "ahead of"} the exchange's, ${limit}: set this machine's time`;
  },
};
