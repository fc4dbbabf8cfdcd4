import type { Candle } from "@winiswin/domain/candle";
import { closeLocation } from "./grade.ts";

/** A long wick against the direction (at least 2/3 of the range), a body of at most 1/3 and a close in the outer third. */
export function isPinBar(candle: Candle, sign: 1 | -1): boolean {
  const range = candle.high - candle.low;
  const body = Math.abs(candle.close - candle.open);
  const wick = sign === 1 ? Math.min(candle.open, candle.close) - candle.low : candle.high - Math.max(candle.open, candle.close);
  return range > 0 && 3 * wick >= 2 * range && 3 * body <= range && 3 * closeLocation(candle, sign) >= 2;
}
