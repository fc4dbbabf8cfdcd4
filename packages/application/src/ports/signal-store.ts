import type { CycleId } from "@winiswin/domain/cycle";
import type { Signal } from "@winiswin/domain/signal";

export interface SignalStore {
  /** Conditional puts under (cycle, signal id): writing again what is there changes nothing. */
  putAll(signals: readonly Signal[]): Promise<void>;
  /** All signals of the cycle in the order of their ids, read consistently. */
  ofCycle(cycleId: CycleId): Promise<readonly Signal[]>;
}
