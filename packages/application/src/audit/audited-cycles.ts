import type { AuditLog } from "../ports/audit-log.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { Logger } from "../ports/logger.ts";
import { auditEntry } from "./audit-entry.ts";
import { auditedOrLogged } from "./audited-or-logged.ts";

/** The same store, with the decisions about a cycle in the chain before the cycle counts as executed; a cycle without signals leaves no record. */
export const auditedCycles = (cycles: CycleStore, audit: AuditLog, logger: Logger): CycleStore => ({
  ...cycles,
  async markExecuted(cycleId, facts) {
    const { decisions, setAside, equity, orders, executedAtMs } = facts;
    if (decisions.length > 0 || setAside.length > 0) {
      const decided = decisions.map(({ symbol, strategy, direction, score, rank, decision, reasons }) => ({
        symbol,
        strategy,
        direction,
        score,
        rank,
        decision,
        reasons,
      }));
      const entry = auditEntry("cycleDecided", executedAtMs, { cycleId }, { decisions: decided, setAside, equity, orders });
      await auditedOrLogged(audit, logger)(entry);
    }
    return cycles.markExecuted(cycleId, facts);
  },
});
