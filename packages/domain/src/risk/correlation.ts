import type { Candle } from "../candle.ts";

/** Fewer common returns say nothing. */
const fewestReturns = 48;

type Close = Pick<Candle, "openTimeMs" | "close">;

/** Pearson correlation of the returns at the candles that both have; undefined with fewer than 48 of them or when one side did not move. */
export function correlationOf(first: readonly Close[], second: readonly Close[]): number | undefined {
  const closes = new Map(second.map((candle) => [candle.openTimeMs, candle.close]));
  const common = first.flatMap(({ openTimeMs, close }) => {
    const other = closes.get(openTimeMs);
    return other === undefined ? [] : [{ close, other }];
  });
  const pairs = common.slice(1).map(({ close, other }, index) => {
    const before = common[index]!;
    return [Math.log(close / before.close), Math.log(other / before.other)] as const;
  });
  if (pairs.length < fewestReturns) return undefined;
  const mean = (side: 0 | 1) => pairs.reduce((total, pair) => total + pair[side], 0) / pairs.length;
  const [meanFirst, meanSecond] = [mean(0), mean(1)];
  let [covariance, varianceFirst, varianceSecond] = [0, 0, 0];
  for (const [x, y] of pairs) {
    covariance += (x - meanFirst) * (y - meanSecond);
    varianceFirst += (x - meanFirst) ** 2;
    varianceSecond += (y - meanSecond) ** 2;
  }
  const scale = Math.sqrt(varianceFirst * varianceSecond);
  return scale > 0 ? Math.max(-1, Math.min(1, covariance / scale)) : undefined;
}
