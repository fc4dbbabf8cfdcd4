import type { SymbolView, ZoneView } from "@winiswin/analysis";

/** The best zone that holds for the direction and lies within some ATR of the last candle's adverse extreme, not beyond the close. */
export function supportAt(view: SymbolView, sign: 1 | -1, nearAtr: number): ZoneView | undefined {
  const { candle, zones } = view;
  const reach = sign === 1 ? candle.low : candle.high;
  const distance = nearAtr * view.atr14;
  let best: ZoneView | undefined;
  let bestScore = -1;
  for (const zone of zones) {
    if (zone.role !== sign || zone.isBroken) continue;
    const [near, far] = sign === 1 ? [zone.top, zone.bottom] : [zone.bottom, zone.top];
    if ((reach - near) * sign > distance || (candle.close - far) * sign < 0) continue;
    const { score } = zone;
    // Of equals the one that price meets first, whichever way the list runs.
    const isCloser = best !== undefined && score === bestScore && (zone.center - best.center) * sign > 0;
    if (score > bestScore || isCloser) {
      best = zone;
      bestScore = score;
    }
  }
  return best;
}

/** The far edges of the unbroken zones that hold for the direction with at least this score: the bottoms of supports for a long. */
export function holdingEdges(view: SymbolView, sign: 1 | -1, leastScore: number): readonly number[] {
  return view.zones
    .filter((zone) => zone.role === sign && !zone.isBroken && zone.score >= leastScore)
    .map((zone) => (sign === 1 ? zone.bottom : zone.top));
}
