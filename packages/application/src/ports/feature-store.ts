import type { FeatureRow, RowKey } from "@winiswin/dataset/feature-row";
import { type VirtualOutcome, type VirtualPosition, virtualExitReasons } from "@winiswin/dataset/virtual-position";
import type { VirtualResult } from "@winiswin/domain/statistics/virtual-result";

export type { FeatureRow, RowKey, VirtualOutcome, VirtualPosition, VirtualResult };
export { virtualExitReasons };

/** Rows of the dataset and the virtual positions whose end is not known yet; every write is one conditional write on one item. */
export interface FeatureStore {
  /** False when the row of this signal is there already; then nothing changes. */
  record(row: FeatureRow): Promise<boolean>;
  /** Follows a position from now on; doing it twice changes nothing. */
  follow(position: VirtualPosition): Promise<void>;
  /** The positions of a symbol that are followed, in the order of their signals, read consistently. */
  followed(symbol: string): Promise<readonly VirtualPosition[]>;
  /** Joins the end to the row; false when the row has one already or is gone. */
  label(key: RowKey, outcome: VirtualOutcome): Promise<boolean>;
  unfollow(key: RowKey): Promise<void>;
  /** Adds the end of one virtual position to the sums of its day; ask once per end, after `label` said that it was new. */
  addResult(result: { readonly strategy: string; readonly atMs: number; readonly resultR: number }): Promise<void>;
  /** The sums of the days from an instant on. */
  resultsSince(sinceMs: number): Promise<readonly VirtualResult[]>;
  /** All rows, in no particular order. */
  rows(): AsyncIterable<FeatureRow>;
}
