import { dayVolumeOf, millions } from "./day-volume.ts";
import type { Protection } from "./protection.ts";

/** What is not known is told apart from what is too little: the one asks for patience or a look at the exchange, the other for another symbol. */
export const knownDayVolume: Protection = {
  code: "DAY_VOLUME_UNKNOWN",
  reasonAgainst({ symbol }, { dayCandles, cycleCloseTimeMs, limits: { minimumDayVolume } }) {
    if (minimumDayVolume === 0 || dayVolumeOf(dayCandles.get(symbol), cycleCloseTimeMs) !== undefined) return undefined;
    return `the volume of ${symbol} over 24 hours is not known, the minimum is ${millions(minimumDayVolume)} million USDT`;
  },
};
