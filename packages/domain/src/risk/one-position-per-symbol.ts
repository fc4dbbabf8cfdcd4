import type { Protection } from "./protection.ts";

export const onePositionPerSymbol: Protection = {
  code: "SYMBOL_ALREADY_OPEN",
  reasonAgainst: ({ symbol }, { exposures }) =>
    exposures.some((exposure) => exposure.symbol === symbol) ? `a position in ${symbol} is open already` : undefined,
};
