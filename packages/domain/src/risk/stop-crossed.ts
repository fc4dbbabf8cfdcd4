import type { Protection } from "./protection.ts";

export const stopCrossed: Protection = {
  code: "STOP_ALREADY_CROSSED",
  reasonAgainst({ direction, stopPrice }, { bidPrice, askPrice }) {
    const crossed = direction === "long" ? bidPrice.lte(stopPrice) : askPrice.gte(stopPrice);
    return crossed ? `the price has passed the stop ${stopPrice.toFixed()} already` : undefined;
  },
};
