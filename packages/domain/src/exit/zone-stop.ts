import { protectiveStop, type StopRule } from "./protective-stop.ts";

/**
 * The stop behind the nearest support or resistance zone within reach; without one the protective stop behind the structure or at the farthest.
 *
 * `zoneEdges` are the far edges of zones that hold for the direction, the bottoms of supports for a long: those that lie behind the entry, and
 * with the distance beyond the edge no farther than the farthest stop, are within reach. At least the nearest distance away whatever holds it.
 */
export function zoneStop(
  entryPrice: number,
  sign: 1 | -1,
  zoneEdges: readonly number[],
  structureEdge: number,
  atr: number,
  rule: StopRule,
): { readonly price: number; readonly heldBy: "zone" | "structure" | "distance"; readonly edge: number } {
  let nearest = Number.POSITIVE_INFINITY;
  for (const edge of zoneEdges) {
    const behind = (entryPrice - edge) * sign;
    if (behind > 0 && behind + rule.beyondEdgeAtr * atr <= rule.farthestAtr * atr) nearest = Math.min(nearest, behind);
  }
  const zoneEdge = nearest === Number.POSITIVE_INFINITY ? undefined : entryPrice - sign * nearest;
  const edge = zoneEdge ?? structureEdge;
  const price = protectiveStop(entryPrice, sign, edge, atr, rule);
  const isStructure = (entryPrice - edge) * sign + rule.beyondEdgeAtr * atr <= rule.farthestAtr * atr;
  return { price, heldBy: zoneEdge !== undefined ? "zone" : isStructure ? "structure" : "distance", edge };
}
