/** Bounds of a stop in ATR: never farther than `farthest`, never nearer than `nearest`, and `beyondEdge` behind a structure's edge. */
export interface StopRule {
  readonly farthestAtr: number;
  readonly nearestAtr: number;
  readonly beyondEdgeAtr: number;
}

/** The nearer of the farthest stop and the one behind the structure's edge, but at least the nearest; NaN edge means no structure. */
export function protectiveStop(entryPrice: number, sign: 1 | -1, edge: number, atr: number, rule: StopRule): number {
  const farthest = rule.farthestAtr * atr;
  const behindEdge = Number.isNaN(edge) ? farthest : (entryPrice - edge) * sign + rule.beyondEdgeAtr * atr;
  return entryPrice - sign * Math.max(Math.min(behindEdge, farthest), rule.nearestAtr * atr);
}
