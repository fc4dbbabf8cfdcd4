import type { AuditLog } from "@winiswin/application/ports/audit-log";
import { type AuditHead, type AuditRecord, recordAfter } from "@winiswin/domain/audit/audit-record";

/** A chain in memory; its places and its head are open to whoever wants to tamper with them. */
export interface OpenAuditLog extends AuditLog {
  readonly places: Map<number, AuditRecord>;
  noted: AuditHead | undefined;
}

export function inMemoryAuditLog(bot = "main"): OpenAuditLog {
  const places = new Map<number, AuditRecord>();
  const stored = () => [...places].sort(([first], [second]) => first - second).map(([place, record]) => ({ ...record, place }));
  return {
    bot,
    places,
    noted: undefined,
    async append(entry) {
      const record = recordAfter(this.noted, bot, entry);
      places.set(record.number, record);
      this.noted = { number: record.number, hash: record.hash };
      return record;
    },
    async *records() {
      yield* stored();
    },
    async *latest() {
      yield* stored().reverse();
    },
    async head() {
      return this.noted;
    },
  };
}
