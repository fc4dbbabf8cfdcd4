import type { AuditEntry } from "@winiswin/domain/audit/audit-record";
import type { AuditLog } from "../ports/audit-log.ts";
import type { Logger } from "../ports/logger.ts";

/** Appends what must not wait for the audit: a record that cannot be written is missed in the log, and the work goes on. */
export const auditedOrLogged =
  (audit: Pick<AuditLog, "append">, logger: Logger) =>
  async (entry: AuditEntry): Promise<void> => {
    try {
      await audit.append(entry);
    } catch (error) {
      logger.error("not audited", { ...entry, reason: error instanceof Error ? error.message : String(error) });
    }
  };
