import { overlapOf } from "./overlap.ts";
import type { Zone } from "./zone.ts";

/** From this share of the narrower zone on, two zones are one. */
const mergingOverlap = 0.4;

/**
 * Adds a shorter timeframe's zones to those already kept: one that overlaps a kept zone of a longer timeframe is absorbed by it; of two of
 * its own timeframe the one with more pivots stays. Kept zones are sorted by price, and so is the result.
 */
export function mergeZones(kept: readonly Zone[], added: readonly Zone[], result: Zone[]): void {
  let widest = 0;
  for (const zone of kept) {
    const width = zone.top - zone.bottom;
    if (width > widest) widest = width;
  }
  let next = 0;
  let count = 0;
  let near = 0;
  for (const zone of added) {
    zone.absorbed = 0;
    const lowest = zone.bottom - widest / 2;
    while (near < kept.length && kept[near]!.center < lowest) near++;
    if (absorb(kept, near, zone, widest)) continue;
    const { center } = zone;
    while (next < kept.length && kept[next]!.center <= center) result[count++] = kept[next++]!;
    const before = count > 0 ? result[count - 1]! : undefined;
    if (before !== undefined && before.timeframe === zone.timeframe && areOne(before, zone)) {
      if (zone.pivots > before.pivots) result[count - 1] = zone;
      continue;
    }
    result[count++] = zone;
  }
  while (next < kept.length) result[count++] = kept[next++]!;
  // Cutting only what is too much keeps the array's memory.
  if (result.length > count) result.length = count;
}

function absorb(kept: readonly Zone[], from: number, zone: Zone, widest: number): boolean {
  const highest = zone.top + widest / 2;
  for (let index = from; index < kept.length; index++) {
    const other = kept[index]!;
    if (other.center > highest) return false;
    if (areOne(other, zone)) {
      other.absorbed++;
      return true;
    }
  }
  return false;
}

const areOne = (one: Zone, other: Zone): boolean =>
  overlapOf(one, other) >= mergingOverlap * Math.min(one.top - one.bottom, other.top - other.bottom);
