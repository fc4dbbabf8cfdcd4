import type { Protection } from "./protection.ts";

export const availableMargin: Protection = {
  code: "MARGIN_NOT_AVAILABLE",
  reasonAgainst: ({ initialMargin }, { availableBalance }) =>
    initialMargin.lte(availableBalance)
      ? undefined
      : `initial margin ${initialMargin.toFixed(2)} USDT is above the available ${availableBalance.toFixed(2)} USDT`,
};
