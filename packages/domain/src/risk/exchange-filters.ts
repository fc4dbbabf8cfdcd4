import { decimal, notionalOf } from "../decimal.ts";
import type { Protection } from "./protection.ts";

const zero = decimal("0");

/** The exchange's own limits on quantity, notional and prices: what it would reject, or would have to be split on the way out, is not begun. */
export const exchangeFilters: Protection = {
  code: "EXCHANGE_FILTER",
  reasonAgainst({ symbol, quantity, entryPrice, stopPrice, targetPrice }, { instrument }) {
    const { minQuantity, maxMarketQuantity, stepSize, minNotional, minPrice, maxPrice, tickSize } = instrument;
    const notional = notionalOf(quantity, entryPrice);
    if (quantity.lt(minQuantity) || quantity.gt(maxMarketQuantity))
      return `quantity ${quantity.toFixed()} of ${symbol} is outside ${minQuantity.toFixed()} to ${maxMarketQuantity.toFixed()}`;
    if (!quantity.mod(stepSize).eq(zero)) return `quantity ${quantity.toFixed()} is no multiple of the step ${stepSize.toFixed()}`;
    if (notional.lt(minNotional)) return `notional ${notional.toFixed(2)} USDT is below the minimum ${minNotional.toFixed()} USDT`;
    for (const [name, at] of [
      ["stop", stopPrice],
      ["target", targetPrice],
    ] as const) {
      if (at.lt(minPrice) || at.gt(maxPrice))
        return `the ${name} ${at.toFixed()} is outside ${minPrice.toFixed()} to ${maxPrice.toFixed()}`;
      if (!at.mod(tickSize).eq(zero)) return `the ${name} ${at.toFixed()} is no multiple of the tick ${tickSize.toFixed()}`;
    }
    return undefined;
  },
};
