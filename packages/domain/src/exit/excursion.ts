import type { Candle } from "../candle.ts";
import { type Direction, signOf } from "../direction.ts";

/** How far the price went for and against a position while it was open, in multiples of `risk`, a price distance; before costs. */
export interface Excursion {
  /** 0 or above. */
  readonly mfeR: number;
  /** 0 or below. */
  readonly maeR: number;
}

/** From the candles of the time in which it was open and the prices at which it was left; the latter were seen for sure. */
export function excursionOf(
  { direction, entryPrice, risk }: { readonly direction: Direction; readonly entryPrice: number; readonly risk: number },
  candles: readonly Pick<Candle, "high" | "low">[],
  exitPrices: readonly number[],
): Excursion | undefined {
  if (!(risk > 0) || (candles.length === 0 && exitPrices.length === 0)) return undefined;
  const sign = signOf(direction);
  const gains = [...candles.flatMap(({ high, low }) => [high, low]), ...exitPrices].map((price) => ((price - entryPrice) * sign) / risk);
  // Adding 0 turns -0, which no table keeps, into 0.
  return { mfeR: Math.max(0, ...gains) + 0, maeR: Math.min(0, ...gains) + 0 };
}
