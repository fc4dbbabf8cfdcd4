import { mostZones, sharedHeight, type ZoneShapes } from "./zone-shapes.ts";

/** A zone is still itself when it shares half of the narrower one with its former self. */
const survivingOverlap = 0.5;

/**
 * Finds which former zone lives on in which new shape: two that are each other's best match, by overlap, then by pivots, then by nearness.
 */
export class ZoneMatch {
  /** Place of the former self of each new shape, -1 for a new zone. */
  readonly selves = new Int32Array(mostZones);
  /** Place of the new shape that matches each former zone best, -1 for none, and what they share. */
  private readonly heirs = new Int32Array(mostZones);
  private readonly shares = new Float64Array(mostZones);

  /** No new shape is wider than `widest`. */
  match(former: ZoneShapes, shapes: ZoneShapes, widest: number): void {
    const { selves, heirs, shares } = this;
    this.findHeirs(former, shapes, widest);
    for (let place = 0; place < shapes.count; place++) selves[place] = -1;
    for (let place = 0; place < former.count; place++) {
      const heir = heirs[place]!;
      if (heir < 0) continue;
      const rival = selves[heir]!;
      const isBest = rival < 0 || isBetter(former, place, shares[place]!, rival, shares[rival]!, shapes, heir);
      if (isBest) selves[heir] = place;
    }
  }

  /** Whether the former zone at this place lives on. */
  survives(place: number): boolean {
    const heir = this.heirs[place]!;
    return heir >= 0 && this.selves[heir] === place;
  }

  private findHeirs(former: ZoneShapes, shapes: ZoneShapes, widest: number): void {
    const { heirs, shares } = this;
    const { tops, bottoms, centers, count } = shapes;
    const reach = widest / 2;
    let near = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let place = 0; place < former.count; place++) {
      const top = former.tops[place]!;
      const bottom = former.bottoms[place]!;
      // A wider zone may begin below the one before it.
      if (bottom < lowest) near = 0;
      lowest = bottom;
      while (near < count && centers[near]! + reach < bottom) near++;
      let best = -1;
      let bestShare = 0;
      for (let index = near; index < count && centers[index]! <= top + reach; index++) {
        const otherTop = tops[index]!;
        const otherBottom = bottoms[index]!;
        const share = sharedHeight(top, bottom, otherTop, otherBottom);
        const height = top - bottom;
        const otherHeight = otherTop - otherBottom;
        if (height < otherHeight ? share < survivingOverlap * height : share < survivingOverlap * otherHeight) continue;
        if (best >= 0 && !isBetter(shapes, index, share, best, bestShare, former, place)) continue;
        best = index;
        bestShare = share;
      }
      heirs[place] = best;
      shares[place] = bestShare;
    }
  }
}

/** Whether one of these shapes matches the self better than the other, by what each shares with it. */
function isBetter(
  shapes: ZoneShapes,
  one: number,
  oneShare: number,
  other: number,
  otherShare: number,
  selves: ZoneShapes,
  self: number,
): boolean {
  const difference = oneShare - otherShare;
  // Shares of equal parts differ in their last bit only.
  if (Math.abs(difference) > 1e-9 * (selves.tops[self]! - selves.bottoms[self]!)) return difference > 0;
  if (shapes.pivots[one] !== shapes.pivots[other]) return shapes.pivots[one]! > shapes.pivots[other]!;
  const center = selves.centers[self]!;
  return Math.abs(shapes.centers[one]! - center) < Math.abs(shapes.centers[other]! - center);
}
