import { overlapOf } from "./overlap.ts";
import type { Zone } from "./zone.ts";

/** A zone is still itself when it shares half of the narrower one with its former self. */
const survivingOverlap = 0.5;

/** A price range that may be a former zone in its new shape. */
export class ZoneShape {
  // Fields that begin as NaN are doubles from the start; beginning as 0 they would have to be converted one object at a time.
  top = Number.NaN;
  bottom = Number.NaN;
  center = Number.NaN;
  pivots = 0;
}

/**
 * Finds which former zone lives on in which new shape: two that are each other's best match, by overlap, then by pivots, then by nearness. Both
 * lists are sorted by centre and no shape is wider than `widest`. `selves[i]` becomes the place of the former self of shape i, or -1.
 */
export function matchZones(
  former: readonly Zone[],
  shapes: readonly ZoneShape[],
  count: number,
  widest: number,
  heirs: Int32Array,
  selves: Int32Array,
): void {
  let near = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let place = 0; place < former.length; place++) {
    const zone = former[place]!;
    // A wider zone may begin below the one before it.
    if (zone.bottom < lowest) near = 0;
    lowest = zone.bottom;
    while (near < count && shapes[near]!.center + widest / 2 < zone.bottom) near++;
    heirs[place] = bestOf(zone, shapes, near, count, zone.top + widest / 2);
  }
  for (let index = 0; index < count; index++) selves[index] = -1;
  for (let place = 0; place < former.length; place++) {
    const heir = heirs[place]!;
    if (heir < 0) continue;
    const rival = selves[heir]!;
    if (rival < 0 || isBetter(former[place]!, former[rival]!, shapes[heir]!)) selves[heir] = place;
  }
}

function bestOf(zone: Zone, shapes: readonly ZoneShape[], from: number, count: number, highestCenter: number): number {
  let best = -1;
  for (let index = from; index < count; index++) {
    const shape = shapes[index]!;
    if (shape.center > highestCenter) break;
    const narrower = Math.min(zone.top - zone.bottom, shape.top - shape.bottom);
    if (overlapOf(zone, shape) < survivingOverlap * narrower) continue;
    if (best < 0 || isBetter(shape, shapes[best]!, zone)) best = index;
  }
  return best;
}

function isBetter(one: ZoneShape, other: ZoneShape, self: ZoneShape): boolean {
  const overlaps = overlapOf(one, self) - overlapOf(other, self);
  // Overlaps of equal parts differ in their last bit only.
  if (Math.abs(overlaps) > 1e-9 * (self.top - self.bottom)) return overlaps > 0;
  if (one.pivots !== other.pivots) return one.pivots > other.pivots;
  return Math.abs(one.center - self.center) < Math.abs(other.center - self.center);
}
