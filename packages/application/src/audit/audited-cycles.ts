import type { AuditLog } from "../ports/audit-log.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import { auditEntry } from "./audit-entry.ts";

/** The same store, with the decisions about a cycle in the chain before the cycle counts as executed; a cycle without signals leaves no record. */
export const auditedCycles = (cycles: CycleStore, audit: AuditLog): CycleStore => ({
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
      await audit.append(auditEntry("cycleDecided", executedAtMs, { cycleId }, { decisions: decided, setAside, equity, orders }));
    }
    return cycles.markExecuted(cycleId, facts);
  },
});
