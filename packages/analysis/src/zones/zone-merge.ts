import { heldPivots } from "./pivots.ts";
import type { Zone } from "./zone.ts";

/** From this share of the narrower zone on, two zones are one. */
const mergingOverlap = 0.4;
/** Of three timeframes, with at least two pivots to a zone. */
const mostKept = 3 * (heldPivots / 2);

/** Zones of one or more timeframes sorted by price, with a copy of what merging compares: columns are read twice as fast as zones. */
export class KeptZones {
  readonly zones: Zone[] = [];
  readonly centers = new Float64Array(mostKept);
  readonly tops = new Float64Array(mostKept);
  readonly bottoms = new Float64Array(mostKept);
  readonly widths = new Float64Array(mostKept);
  widest = 0;
  private readonly absorbed = new Int32Array(mostKept);

  /** Takes note of its zones as they are now. */
  record(): void {
    this.widest = 0;
    for (let index = 0; index < this.zones.length; index++) {
      const { center, top, bottom, absorbed } = this.zones[index]!;
      const width = top - bottom;
      if (width > this.widest) this.widest = width;
      this.centers[index] = center;
      this.tops[index] = top;
      this.bottoms[index] = bottom;
      this.widths[index] = width;
      this.absorbed[index] = absorbed;
    }
  }

  /** Takes back what was absorbed since the zones were recorded. */
  forgetAbsorbed(): void {
    for (let index = 0; index < this.zones.length; index++) this.zones[index]!.absorbed = this.absorbed[index]!;
  }
}

/**
 * Adds a shorter timeframe's zones to those already kept: one that overlaps a kept zone of a longer timeframe is absorbed by it; of two of
 * its own timeframe the one with more pivots stays. Kept zones are sorted by price, and so is the result.
 */
export function mergeZones(kept: KeptZones, added: readonly Zone[], result: Zone[]): void {
  kept.forgetAbsorbed();
  const { centers, zones, widest } = kept;
  let next = 0;
  let count = 0;
  let near = 0;
  let isLastAdded = false;
  for (let index = 0; index < added.length; index++) {
    const zone = added[index]!;
    zone.absorbed = 0;
    const { center, top, bottom } = zone;
    const lowest = bottom - widest / 2;
    while (near < zones.length && centers[near]! < lowest) near++;
    if (absorb(kept, near, top, bottom)) continue;
    while (next < zones.length && centers[next]! <= center) {
      result[count++] = zones[next++]!;
      isLastAdded = false;
    }
    if (isLastAdded) {
      const before = result[count - 1]!;
      if (areOne(before.top, before.bottom, before.top - before.bottom, top, bottom, top - bottom)) {
        if (zone.pivots > before.pivots) result[count - 1] = zone;
        continue;
      }
    }
    result[count++] = zone;
    isLastAdded = true;
  }
  while (next < zones.length) result[count++] = zones[next++]!;
  // Cutting only what is too much keeps the array's memory.
  if (result.length > count) result.length = count;
}

function absorb({ zones, centers, tops, bottoms, widths, widest }: KeptZones, from: number, top: number, bottom: number): boolean {
  const highest = top + widest / 2;
  for (let index = from; index < zones.length && centers[index]! <= highest; index++) {
    if (!areOne(tops[index]!, bottoms[index]!, widths[index]!, top, bottom, top - bottom)) continue;
    zones[index]!.absorbed++;
    return true;
  }
  return false;
}

/** By tops, bottoms and widths. */
const areOne = (top: number, bottom: number, width: number, otherTop: number, otherBottom: number, otherWidth: number): boolean =>
  Math.min(top, otherTop) - Math.max(bottom, otherBottom) >= mergingOverlap * Math.min(width, otherWidth);
