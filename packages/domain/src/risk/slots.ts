import type { Protection } from "./protection.ts";

export const slots: Protection = {
  code: "NO_FREE_SLOT",
  reasonAgainst(_intent, { exposures, limits }) {
    const open = new Set(exposures.map((exposure) => exposure.symbol)).size;
    return open < limits.maximumPositions ? undefined : `${open} of ${limits.maximumPositions} positions are open`;
  },
};
