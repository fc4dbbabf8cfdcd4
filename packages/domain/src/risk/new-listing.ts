import type { Protection } from "./protection.ts";

const dayMs = 86_400_000;

export const newListing: Protection = {
  code: "NEW_LISTING",
  reasonAgainst(_intent, { nowMs, instrument, limits }) {
    const days = (nowMs - instrument.onboardTimeMs) / dayMs;
    return days >= limits.minimumListingAgeDays
      ? undefined
      : `${instrument.symbol} was listed ${Math.max(0, Math.floor(days))} days ago, the minimum is ${limits.minimumListingAgeDays}`;
  },
};
