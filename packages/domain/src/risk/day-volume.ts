import type { Candle } from "../candle.ts";
import { cycleTimeframe } from "../cycle.ts";
import { durationMs } from "../timeframe.ts";
import type { Protection } from "./protection.ts";

/** How many candles of the cycle a day has. */
export const dayCandleCount = 86_400_000 / durationMs(cycleTimeframe);

/** Recordings of six columns know no quote volume: the base volume at the close is as near as the candle is narrow. */
const quoteVolumeOf = ({ quoteVolume, volume, close }: Candle): number => (Number.isFinite(quoteVolume) ? quoteVolume : volume * close);

/** Quote volume of the last 24 hours; undefined when a candle or a volume is missing. */
export function dayVolumeOf(candles: readonly Candle[] | undefined, closeTimeMs: number): number | undefined {
  if (candles === undefined || candles.length < dayCandleCount) return undefined;
  const day = candles.slice(-dayCandleCount);
  const firstOpenMs = closeTimeMs - 86_400_000;
  const isWhole = day.every((candle, index) => candle.openTimeMs === firstOpenMs + index * durationMs(cycleTimeframe));
  const volume = day.reduce((total, candle) => total + quoteVolumeOf(candle), 0);
  return isWhole && Number.isFinite(volume) ? volume : undefined;
}

export const dayVolume: Protection = {
  code: "DAY_VOLUME_TOO_LOW",
  reasonAgainst({ symbol }, { dayCandles, cycleCloseTimeMs, limits: { minimumDayVolume } }) {
    if (minimumDayVolume === 0) return undefined;
    const volume = dayVolumeOf(dayCandles.get(symbol), cycleCloseTimeMs);
    // Another protection refuses what is not known.
    return volume === undefined || volume >= minimumDayVolume
      ? undefined
      : `${symbol} traded ${millions(volume)} million USDT in 24 hours, the minimum is ${millions(minimumDayVolume)}`;
  },
};

export const millions = (usdt: number): string => (usdt / 1_000_000).toFixed(2);
