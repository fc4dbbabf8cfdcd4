import { heldPivots } from "./pivots.ts";
import type { Zone } from "./zone.ts";
import { confluences, scoreOf, type ZoneSurroundings } from "./zone-score.ts";
import { mostZones, sharedHeight, type ZoneShapes } from "./zone-shapes.ts";

/** From this share of the narrower zone on, two zones are one. */
const mergingOverlap = 0.4;
/** Of three timeframes, with at least two pivots to a zone. */
const mostKept = 3 * (heldPivots / 2);

/** Zones of one or more timeframes sorted by price, with a copy of what merging and scoring read: columns are read twice as fast as zones. */
export class KeptZones {
  readonly zones: Zone[] = [];
  readonly centers = new Float64Array(mostKept);
  readonly tops = new Float64Array(mostKept);
  readonly bottoms = new Float64Array(mostKept);
  readonly widths = new Float64Array(mostKept);
  widest = 0;
  private readonly merits = new Float64Array(mostKept);
  private readonly noises = new Float64Array(mostKept);
  private readonly absorbed = new Int32Array(mostKept);
  /** Places of the zones that have absorbed another one since they were recorded. */
  private readonly absorbing = new Int32Array(mostZones);
  private absorptions = 0;

  /** Takes note of its zones as they are now. */
  record(): void {
    this.widest = 0;
    this.absorptions = 0;
    for (let index = 0; index < this.zones.length; index++) {
      const { center, top, bottom, absorbed, merit, noise } = this.zones[index]!;
      const width = top - bottom;
      if (width > this.widest) this.widest = width;
      this.centers[index] = center;
      this.tops[index] = top;
      this.bottoms[index] = bottom;
      this.widths[index] = width;
      this.absorbed[index] = absorbed;
      this.merits[index] = merit;
      this.noises[index] = noise;
    }
  }

  absorbInto(index: number): void {
    this.absorbing[this.absorptions++] = index;
    this.zones[index]!.absorbed++;
  }

  /** Takes back what was absorbed since the zones were recorded. */
  forgetAbsorbed(): void {
    while (this.absorptions > 0) {
      const index = this.absorbing[--this.absorptions]!;
      this.zones[index]!.absorbed = this.absorbed[index]!;
    }
  }

  score(surroundings: ZoneSurroundings): void {
    const { zones, tops, bottoms, merits, noises } = this;
    for (let index = 0; index < zones.length; index++) {
      const zone = zones[index]!;
      zone.score = scoreOf(merits[index]!, noises[index]!, confluences(tops[index]!, bottoms[index]!, zone.absorbed, surroundings));
    }
  }
}

/**
 * Adds a shorter timeframe's zones to those already kept: one that overlaps a kept zone of a longer timeframe is absorbed by it; of two of
 * its own timeframe the one with more pivots stays. Kept zones are sorted by price, and so is the result.
 */
export function mergeZones(kept: KeptZones, added: readonly Zone[], shapes: ZoneShapes, result: Zone[]): void {
  kept.forgetAbsorbed();
  const { zones, centers } = kept;
  const { tops, bottoms, pivots, standing } = shapes;
  const keptCount = zones.length;
  const reach = kept.widest / 2;
  let next = 0;
  let count = 0;
  let near = 0;
  let stand = 0;
  // Place of the added zone that is the last of the result.
  let before = -1;
  for (let place = 0; place < added.length; place++) {
    const top = tops[place]!;
    const bottom = bottoms[place]!;
    const lowest = bottom - reach;
    while (near < keptCount && centers[near]! < lowest) near++;
    const absorbing = findOne(kept, near, keptCount, top, bottom);
    if (absorbing >= 0) {
      kept.absorbInto(absorbing);
      continue;
    }
    const center = shapes.centers[place]!;
    while (next < keptCount && centers[next]! <= center) {
      result[count++] = zones[next++]!;
      before = -1;
    }
    if (before >= 0 && areOne(tops[before]!, bottoms[before]!, tops[before]! - bottoms[before]!, top, bottom)) {
      if (pivots[place]! <= pivots[before]!) continue;
      count--;
      stand--;
    }
    result[count++] = added[place]!;
    standing[stand++] = place;
    before = place;
  }
  shapes.standingCount = stand;
  while (next < keptCount) result[count++] = zones[next++]!;
  // Cutting only what is too much keeps the array's memory.
  if (result.length > count) result.length = count;
}

/** The lowest kept zone from there on that is one with this price range, -1 for none. */
function findOne({ centers, tops, bottoms, widths, widest }: KeptZones, from: number, count: number, top: number, bottom: number): number {
  const highest = top + widest / 2;
  for (let index = from; index < count && centers[index]! <= highest; index++) {
    if (areOne(tops[index]!, bottoms[index]!, widths[index]!, top, bottom)) return index;
  }
  return -1;
}

/** By tops, bottoms and the width of the first. */
function areOne(top: number, bottom: number, width: number, otherTop: number, otherBottom: number): boolean {
  const otherWidth = otherTop - otherBottom;
  const share = sharedHeight(top, bottom, otherTop, otherBottom);
  return width < otherWidth ? share >= mergingOverlap * width : share >= mergingOverlap * otherWidth;
}
