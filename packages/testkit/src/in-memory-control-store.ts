import type { CloseRequest, ControlStore, Halt, Lease } from "@winiswin/application";
import { inMemoryRiskRecords } from "./in-memory-risk-records.ts";
import { inMemorySymbolBlocks } from "./in-memory-symbol-blocks.ts";

export function inMemoryControlStore(): ControlStore {
  let halt: Halt | undefined;
  const leases = new Map<string, Lease>();
  const frozen = new Map<string, string>();
  const closeRequests = new Map<string, CloseRequest>();
  return {
    ...inMemorySymbolBlocks(),
    ...inMemoryRiskRecords(),
    halt: async () => halt,
    async setHalt(given) {
      halt = given;
    },
    async clearHalt() {
      halt = undefined;
    },
    async acquireLease(name, holder, nowMs, durationMs) {
      const current = leases.get(name);
      if (current !== undefined && current.holder !== holder && current.expiresAtMs > nowMs) return undefined;
      const lease = { name, holder, fencing: (current?.fencing ?? 0) + 1, expiresAtMs: nowMs + durationMs };
      leases.set(name, lease);
      return lease;
    },
    async releaseLease(lease) {
      const current = leases.get(lease.name);
      if (current?.fencing === lease.fencing) leases.set(lease.name, { ...current, expiresAtMs: 0 });
    },
    frozenSymbols: async () => new Map(frozen),
    async freezeSymbol(symbol, reason) {
      frozen.set(symbol, reason);
    },
    async unfreezeSymbol(symbol) {
      frozen.delete(symbol);
    },
    async requestClose(request) {
      closeRequests.set(request.symbol ?? "", request);
    },
    closeRequests: async () => [...closeRequests.values()].sort((first, second) => first.atMs - second.atMs),
    async settleCloseRequest({ symbol, atMs }) {
      return closeRequests.get(symbol ?? "")?.atMs === atMs && closeRequests.delete(symbol ?? "");
    },
  };
}
