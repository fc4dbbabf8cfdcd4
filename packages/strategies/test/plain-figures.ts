import type { Candle } from "@winiswin/domain/candle";

// Figures worked out again from raw candles as plainly as possible, so that a fault of the engine cannot hide in them.

/** Smoothed with the given share of the newest value, begun with a plain mean. */
export function smoothed(values: readonly number[], length: number, share: number): number[] {
  const result = [values.slice(0, length).reduce((sum, value) => sum + value, 0) / length];
  for (const value of values.slice(length)) result.push(result.at(-1)! + (value - result.at(-1)!) * share);
  return result;
}

export const closesOf = (candles: readonly Candle[]): number[] => candles.map(({ close }) => close);
export const emaOf = (candles: readonly Candle[], length: number): number => smoothed(closesOf(candles), length, 2 / (length + 1)).at(-1)!;

export function rsiOf(candles: readonly Candle[]): number {
  const moves = candles.slice(1).map(({ close }, index) => close - candles[index]!.close);
  const side = (sign: 1 | -1): number =>
    smoothed(
      moves.map((move) => Math.max(0, sign * move)),
      14,
      1 / 14,
    ).at(-1)!;
  return 100 - 100 / (1 + side(1) / side(-1));
}

export function atrsOf(candles: readonly Candle[]): number[] {
  const ranges = candles.slice(1).map(({ high, low }, index) => {
    const before = candles[index]!.close;
    return Math.max(high, before) - Math.min(low, before);
  });
  return smoothed(ranges, 14, 1 / 14);
}

/** The histogram before and now. */
export function histogramsOf(candles: readonly Candle[]): readonly [number, number] {
  const closes = closesOf(candles);
  const fast = smoothed(closes, 12, 2 / 13).slice(14);
  const line = smoothed(closes, 26, 2 / 27).map((slow, index) => fast[index]! - slow);
  const signalLine = smoothed(line, 9, 2 / 10);
  return [line.at(-2)! - signalLine.at(-2)!, line.at(-1)! - signalLine.at(-1)!];
}

export function bandsOf(candles: readonly Candle[]): { readonly lower: number; readonly upper: number } {
  const closes = closesOf(candles).slice(-20);
  const middle = closes.reduce((sum, close) => sum + close, 0) / 20;
  const deviation = Math.sqrt(closes.reduce((sum, close) => sum + (close - middle) ** 2, 0) / 20);
  return { lower: middle - 2 * deviation, upper: middle + 2 * deviation };
}

export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
};

export const highest = (candles: readonly Candle[]): number => Math.max(...candles.map(({ high }) => high));
export const lowest = (candles: readonly Candle[]): number => Math.min(...candles.map(({ low }) => low));

/** Highs (sign 1) or lows (sign -1) of which no price within five candles before is as extreme and none within five after is more so. */
export function turnsOf(candles: readonly Candle[], sign: 1 | -1): readonly { readonly index: number; readonly price: number }[] {
  const priceAt = (index: number): number => (sign === 1 ? candles[index]!.high : candles[index]!.low);
  return candles.flatMap((_, index) => {
    if (index < 5 || index + 5 >= candles.length) return [];
    const isTurn = [1, 2, 3, 4, 5].every(
      (step) => (priceAt(index) - priceAt(index - step)) * sign > 0 && (priceAt(index) - priceAt(index + step)) * sign >= 0,
    );
    return isTurn ? [{ index, price: priceAt(index) }] : [];
  });
}

/** The share of the volume that was traded between two prices, when each candle's is spread evenly over its range. */
export function shareBetween(candles: readonly Candle[], bottom: number, top: number): number {
  let [inside, all] = [0, 0];
  for (const { high, low, volume } of candles) {
    const range = high - low;
    const overlap = Math.max(0, Math.min(high, top) - Math.max(low, bottom));
    inside += range > 0 ? (volume * overlap) / range : low >= bottom && low <= top ? volume : 0;
    all += volume;
  }
  return inside / all;
}

/** Bought less sold by takers, base asset. */
export const deltaOf = ({ takerBuyVolume, volume }: Candle): number => 2 * takerBuyVolume - volume;
export const flowOf = (candles: readonly Candle[]): number => candles.reduce((sum, candle) => sum + deltaOf(candle), 0);

/** How unusual the flow of the last five candles is among the last hundred of such sums, in deviations. */
export function flowScoreOf(candles: readonly Candle[]): number {
  const sums = Array.from({ length: 100 }, (_, back) => flowOf(candles.slice(candles.length - 5 - back, candles.length - back)));
  const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const variance = sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sums.length;
  return (sums[0]! - mean) / Math.sqrt(variance);
}
