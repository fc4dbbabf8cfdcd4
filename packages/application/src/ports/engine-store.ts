import type { CycleId } from "@winiswin/domain/cycle";
import type { Instrument } from "@winiswin/domain/instrument";

/** The engines of one shard after one cycle, as bytes that only the engine reads. */
export interface EngineSnapshot {
  readonly cycleId: CycleId;
  readonly bytes: Uint8Array;
}

/** The object store: large things that one writer replaces whole. */
export interface EngineStore {
  /** Undefined when there is none or what is there cannot be read (then the shard bootstraps again). */
  load(shard: number, shardCount: number): Promise<EngineSnapshot | undefined>;
  save(shard: number, shardCount: number, snapshot: EngineSnapshot): Promise<void>;
}

/** The instruments as of the last dispatch, so that shards and the executor do not ask the exchange each. */
export interface InstrumentStore {
  save(instruments: readonly Instrument[]): Promise<void>;
  load(): Promise<readonly Instrument[]>;
}
