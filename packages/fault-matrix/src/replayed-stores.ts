import {
  inMemoryAuditLog,
  inMemoryControlStore,
  inMemoryCycleStore,
  inMemoryDecisionStore,
  inMemoryInstrumentStore,
  inMemoryOrderStore,
  inMemoryPositionStore,
  inMemorySignalStore,
  inMemoryTradeStore,
} from "@winiswin/testkit";

const freshStores = () => ({
  audit: inMemoryAuditLog(),
  control: inMemoryControlStore(),
  cycles: inMemoryCycleStore(),
  decisions: inMemoryDecisionStore(),
  instruments: inMemoryInstrumentStore(),
  orders: inMemoryOrderStore(),
  positions: inMemoryPositionStore(),
  signals: inMemorySignalStore(),
  trades: inMemoryTradeStore(),
});

export type Stores = ReturnType<typeof freshStores>;

/** One call of a store. */
export interface StoreCall {
  readonly store: keyof Stores;
  readonly method: string;
  readonly given: readonly unknown[];
}

/** Stores in memory and everything that was ever asked of them, so that the same calls make the same stores once more. */
export async function replayedStores(former: readonly StoreCall[]): Promise<{ readonly stores: Stores; readonly calls: StoreCall[] }> {
  const stores = freshStores();
  // What was refused then is refused again, and whoever was told so has acted on it.
  for (const call of former) await invoke(stores[call.store], call).catch(() => undefined);
  const calls = [...former];
  for (const name of Object.keys(stores) as (keyof Stores)[]) Object.assign(stores, { [name]: noting(name, stores[name], calls) });
  return { stores, calls };
}

async function invoke(store: object, { method, given }: StoreCall): Promise<unknown> {
  return (Reflect.get(store, method) as (...given: readonly unknown[]) => unknown).apply(store, [...given]);
}

function noting<Store extends object>(name: keyof Stores, store: Store, calls: StoreCall[]): Store {
  return new Proxy(store, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== "function") return member;
      return (...given: unknown[]): unknown => {
        calls.push({ store: name, method: String(property), given });
        return (member as (...given: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}
