import type { EngineSnapshot, EngineStore, InstrumentStore } from "@winiswin/application";
import type { Instrument } from "@winiswin/domain/instrument";

export function inMemoryEngineStore(): EngineStore & { readonly snapshots: Map<string, EngineSnapshot> } {
  const snapshots = new Map<string, EngineSnapshot>();
  return {
    snapshots,
    load: async (shard, shardCount) => snapshots.get(`${shardCount}/${shard}`),
    async save(shard, shardCount, snapshot) {
      snapshots.set(`${shardCount}/${shard}`, snapshot);
    },
  };
}

export function inMemoryInstrumentStore(): InstrumentStore {
  let instruments: readonly Instrument[] = [];
  return {
    async save(given) {
      instruments = given;
    },
    load: async () => instruments,
  };
}
