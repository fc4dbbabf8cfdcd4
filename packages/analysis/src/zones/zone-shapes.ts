import { heldPivots } from "./pivots.ts";
import type { Zone } from "./zone.ts";

/** At least two pivots make a zone. */
export const mostZones = heldPivots / 2;

/** Where the zones of one timeframe lie, in columns sorted by centre: what is compared at each close is read twice as fast as from zones. */
export class ZoneShapes {
  readonly tops = new Float64Array(mostZones);
  readonly bottoms = new Float64Array(mostZones);
  readonly centers = new Float64Array(mostZones);
  readonly pivots = new Int32Array(mostZones);
  /** See `quietRole`. */
  readonly quietRoles = new Int32Array(mostZones);
  count = 0;
  /** Places of those that no other zone has absorbed when they were merged, lowest first. */
  readonly standing = new Int32Array(mostZones);
  standingCount = 0;

  take(zones: readonly Zone[]): void {
    this.count = zones.length;
    for (let place = 0; place < zones.length; place++) {
      const zone = zones[place]!;
      this.tops[place] = zone.top;
      this.bottoms[place] = zone.bottom;
      this.centers[place] = zone.center;
      this.pivots[place] = zone.pivots;
      this.quietRoles[place] = quietRole(zone);
    }
  }
}

/** The role of a zone that is neither broken nor about to be, else 0. */
export const quietRole = (zone: Zone): -1 | 0 | 1 => (zone.closesBeyond === 0 && zone.brokenBar < 0 ? zone.role : 0);

/** Height that two price ranges share, negative when they lie apart; by comparisons, since Math.min looks for NaN each time. */
export function sharedHeight(top: number, bottom: number, otherTop: number, otherBottom: number): number {
  if (top < otherTop) return bottom > otherBottom ? top - bottom : top - otherBottom;
  return bottom > otherBottom ? otherTop - bottom : otherTop - otherBottom;
}
