import { durationMs, type Timeframe } from "./timeframe.ts";

/**
 * One closed candle: prices in quote asset, volumes in base asset unless named otherwise, float64 because it is for looking.
 *
 * `quoteVolume`, `tradeCount` and `takerBuyVolume` are NaN when the source does not know them: unknown is never 0.
 */
export interface Candle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly tradeCount: number;
  readonly takerBuyVolume: number;
}

/** Why a candle cannot be used, or undefined when it is sound: finite positive prices, high and low around open and close, no negative volume. */
export function candleDefect(candle: Candle, timeframe: Timeframe): string | undefined {
  if (!Number.isInteger(candle.openTimeMs) || candle.openTimeMs % durationMs(timeframe) !== 0) {
    return `openTimeMs ${candle.openTimeMs} is not a ${timeframe} boundary`;
  }
  for (const name of ["open", "high", "low", "close"] as const) {
    const price = candle[name];
    if (!(price > 0 && price < Number.POSITIVE_INFINITY)) return `${name} ${price} is not a positive price`;
  }
  if (candle.high < Math.max(candle.open, candle.close)) return `high ${candle.high} lies below open or close`;
  if (candle.low > Math.min(candle.open, candle.close)) return `low ${candle.low} lies above open or close`;
  if (!(candle.volume >= 0 && candle.volume < Number.POSITIVE_INFINITY)) return `volume ${candle.volume} is not a quantity`;
  if (candle.quoteVolume < 0 || candle.takerBuyVolume < 0 || candle.tradeCount < 0) return "a volume or count is negative";
  return undefined;
}
