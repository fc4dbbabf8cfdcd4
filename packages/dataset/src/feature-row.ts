import type { CycleId } from "@winiswin/domain/cycle";
import type { Direction } from "@winiswin/domain/direction";
import type { Features } from "./features.ts";
import type { VirtualOutcome } from "./virtual-position.ts";

/** One strategy speaks at most once per symbol and cycle. */
export interface RowKey {
  readonly symbol: string;
  readonly cycleId: CycleId;
  readonly strategy: string;
}

/** What was known of one signal when it was made, and later what would have become of it. */
export interface FeatureRow extends RowKey {
  readonly schemaVersion: number;
  readonly direction: Direction;
  readonly regime: string;
  /** All features, or none: a row with a missing value is refused, and kept aside with the names of what was missing. */
  readonly features: Features | undefined;
  readonly missing: readonly string[];
  /** The end of its virtual position; undefined while that is open. */
  readonly outcome: VirtualOutcome | undefined;
}
