import type { AuditEntry, AuditHead, AuditRecord, StoredAuditRecord } from "@winiswin/domain/audit/audit-record";

/** The chain of one bot: what is in it is never changed and never ages out. */
export interface AuditLog {
  readonly bot: string;
  /** Resolves when the record is stored; writers at the same time get places one after the other. */
  append(entry: AuditEntry): Promise<AuditRecord>;
  /** In the order of the chain, as stored: nothing is verified here. */
  records(): AsyncIterable<StoredAuditRecord>;
  /** Newest first, as stored. */
  latest(): AsyncIterable<StoredAuditRecord>;
  /** The newest record as noted outside of the chain; it may lag after a crash. */
  head(): Promise<AuditHead | undefined>;
}
