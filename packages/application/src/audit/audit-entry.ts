import type { AuditEntry, AuditKind } from "@winiswin/domain/audit/audit-record";
import { canonicalJson } from "@winiswin/domain/identity";

interface About {
  readonly cycleId?: string | undefined;
  readonly symbol?: string | undefined;
  readonly positionId?: string | undefined;
}

/** An entry with its details as canonical text; decimals among them are written plain. */
export const auditEntry = (kind: AuditKind, atMs: number, about: About, details: Readonly<Record<string, unknown>>): AuditEntry => ({
  kind,
  at: new Date(atMs).toISOString(),
  ...(about.cycleId === undefined ? {} : { cycleId: about.cycleId }),
  ...(about.symbol === undefined ? {} : { symbol: about.symbol }),
  ...(about.positionId === undefined ? {} : { positionId: about.positionId }),
  details: canonicalJson(details),
});
