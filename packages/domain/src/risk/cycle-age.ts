import type { Protection } from "./protection.ts";

/** An entry on an old candle is a different trade from the one that was judged. */
export const cycleAge: Protection = {
  code: "CYCLE_TOO_OLD",
  reasonAgainst(_intent, { nowMs, cycleCloseTimeMs, limits }) {
    const ageMs = nowMs - cycleCloseTimeMs;
    return ageMs <= limits.maximumCycleAgeMs
      ? undefined
      : `the candle closed ${Math.round(ageMs / 1000)} s ago, the limit is ${limits.maximumCycleAgeMs / 1000} s`;
  },
};
