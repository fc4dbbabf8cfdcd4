import type { InstrumentStore } from "../ports/engine-store.ts";

/** The same store for the length of one run: read when it is first asked, and again after it was written or could not be read. */
export function readOnce(instruments: InstrumentStore): InstrumentStore {
  let loaded: ReturnType<InstrumentStore["load"]> | undefined;
  return {
    load() {
      loaded ??= instruments.load().catch((error: unknown) => {
        loaded = undefined;
        throw error;
      });
      return loaded;
    },
    async save(list) {
      loaded = undefined;
      await instruments.save(list);
    },
  };
}
