import { overlapOf, type TimeframeZones } from "./timeframe-zones.ts";
import type { Zone } from "./zone.ts";

/** From this share of the narrower zone on, two zones are one. */
const mergingOverlap = 0.4;

/**
 * Adds a shorter timeframe's zones to those already kept: one that overlaps a kept zone of a longer timeframe is absorbed by it; of two of
 * its own timeframe the one with more pivots stays. Kept zones are sorted by price, and so is the result.
 */
export function mergeZones(kept: readonly Zone[], added: readonly Zone[], result: Zone[]): void {
  result.length = 0;
  let widest = 0;
  for (const zone of kept) widest = Math.max(widest, zone.top - zone.bottom);
  let next = 0;
  let near = 0;
  for (const zone of added) {
    zone.absorbed = 0;
    while (near < kept.length && kept[near]!.center + widest / 2 < zone.bottom) near++;
    if (absorb(kept, near, zone, widest)) continue;
    while (next < kept.length && kept[next]!.center <= zone.center) result.push(kept[next++]!);
    const before = result.at(-1);
    if (before !== undefined && before.timeframe === zone.timeframe && areOne(before, zone)) {
      if (zone.pivots > before.pivots) result[result.length - 1] = zone;
      continue;
    }
    result.push(zone);
  }
  while (next < kept.length) result.push(kept[next++]!);
}

function absorb(kept: readonly Zone[], from: number, zone: Zone, widest: number): boolean {
  for (let index = from; index < kept.length; index++) {
    const other = kept[index]!;
    if (other.center - widest / 2 > zone.top) return false;
    if (areOne(other, zone)) {
      other.absorbed++;
      return true;
    }
  }
  return false;
}

const areOne = (one: Zone, other: Zone): boolean =>
  overlapOf(one, other) >= mergingOverlap * Math.min(one.top - one.bottom, other.top - other.bottom);

/** All zones of several timeframes as one list, longest timeframe first to be kept. */
export function mergeTimeframes(longestFirst: readonly TimeframeZones[], first: Zone[], second: Zone[]): Zone[] {
  let kept = first;
  let result = second;
  kept.length = 0;
  for (const layer of longestFirst) {
    mergeZones(kept, layer.zones, result);
    [kept, result] = [result, kept];
  }
  return kept;
}
