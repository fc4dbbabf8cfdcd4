import type { CandleRing } from "../candle-ring.ts";

const examined = 32;
const mostDecimals = 10;

/** Decimals of the finest recent price: the tick as far as the candles show it, which is all that the engine may depend on. */
export function tickDecimals(candles: CandleRing): number {
  const count = Math.min(candles.run, examined);
  let decimals = 0;
  for (let back = 0; back < count && decimals < mostDecimals; back++) {
    const at = (candles.bar - back) & candles.mask;
    decimals = atLeast(candles.high[at]!, decimals);
    decimals = atLeast(candles.low[at]!, decimals);
    decimals = atLeast(candles.close[at]!, decimals);
  }
  return decimals;
}

function atLeast(price: number, from: number): number {
  for (let decimals = from; decimals < mostDecimals; decimals++) {
    const scaled = price * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) <= scaled * 1e-12) return decimals;
  }
  return mostDecimals;
}
