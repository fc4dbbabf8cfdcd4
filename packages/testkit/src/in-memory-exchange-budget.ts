import type { ExchangeBudget } from "@winiswin/application/ports/exchange-budget";

export interface InMemoryExchangeBudget extends ExchangeBudget {
  /** How often anything was written. */
  writes(): number;
  reservedWeight(): number;
}

/** The shared budget of processes that live in one. */
export function inMemoryExchangeBudget(): InMemoryExchangeBudget {
  let minute = 0;
  let reservedWeight = 0;
  let bannedUntilMs: number | undefined;
  let firewall = { refusedAtMs: 0, passedAtMs: 0 };
  let writes = 0;
  return {
    async reserve(minuteStartMs, weight, ceiling) {
      writes += 1;
      if (minuteStartMs > minute) {
        minute = minuteStartMs;
        reservedWeight = 0;
      }
      const granted = reservedWeight + weight <= ceiling;
      if (granted) reservedWeight += weight;
      return { granted, reservedWeight, bannedUntilMs, firewall };
    },
    async raise(minuteStartMs, usedWeight) {
      writes += 1;
      if (minuteStartMs === minute) reservedWeight = Math.max(reservedWeight, usedWeight);
    },
    async extendBan(untilMs) {
      writes += 1;
      bannedUntilMs = Math.max(bannedUntilMs ?? 0, untilMs);
    },
    async metFirewall(met, atMs) {
      writes += 1;
      const name = met === "refused" ? "refusedAtMs" : "passedAtMs";
      firewall = { ...firewall, [name]: Math.max(firewall[name], atMs) };
    },
    writes: () => writes,
    reservedWeight: () => reservedWeight,
  };
}
