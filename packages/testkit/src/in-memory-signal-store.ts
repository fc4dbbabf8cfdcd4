import type { SignalStore } from "@winiswin/application";
import type { Signal } from "@winiswin/domain/signal";

export function inMemorySignalStore(): SignalStore {
  const signals = new Map<string, Signal>();
  return {
    async putAll(given) {
      for (const signal of given) {
        const key = `${signal.cycleId}|${signal.signalId}`;
        if (!signals.has(key)) signals.set(key, signal);
      }
    },
    ofCycle: async (cycleId) =>
      [...signals.values()]
        .filter((signal) => signal.cycleId === cycleId)
        .sort((first, second) => (first.signalId < second.signalId ? -1 : 1)),
  };
}
