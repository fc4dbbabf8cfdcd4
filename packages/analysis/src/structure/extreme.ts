/** Whether a bar is a turning point; asked as soon as `strength` bars have followed it. Sign 1 looks for highs, -1 for lows. */
export type ExtremeRule = (prices: Float64Array, mask: number, bar: number, strength: number, sign: 1 | -1) => boolean;

/** Our rule: strictly beyond the bars before it and not exceeded by the bars after it, so that the first of equals is the turning point. */
export function isExtreme(prices: Float64Array, mask: number, bar: number, strength: number, sign: 1 | -1): boolean {
  const price = prices[bar & mask]! * sign;
  for (let distance = 1; distance <= strength; distance++) {
    if (prices[(bar - distance) & mask]! * sign >= price || prices[(bar + distance) & mask]! * sign > price) return false;
  }
  return true;
}
