import { decimal } from "../decimal.ts";
import type { Protection } from "./protection.ts";

const zero = decimal("0");
const hundred = decimal("100");
const two = decimal("2");

export const spread: Protection = {
  code: "SPREAD_TOO_WIDE",
  reasonAgainst({ symbol }, { bidPrice, askPrice, limits }) {
    if (!bidPrice.gt(zero) || !askPrice.gt(zero)) return `the book of ${symbol} is empty`;
    const percent = askPrice.minus(bidPrice).times(hundred).div(bidPrice.plus(askPrice).div(two));
    return percent.lte(limits.maximumSpreadPercent)
      ? undefined
      : `spread ${percent.toFixed(3)} % is above ${limits.maximumSpreadPercent.toFixed()} %`;
  },
};
