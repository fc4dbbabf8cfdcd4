import type { AuditEntry, AuditKind } from "@winiswin/domain/audit/audit-record";
import type { AuditLog } from "../ports/audit-log.ts";
import type { Clock } from "../ports/clock.ts";
import type { ControlStore } from "../ports/control-store.ts";
import type { Logger } from "../ports/logger.ts";
import { auditEntry } from "./audit-entry.ts";

/**
 * The same store, with what people and protections switch in the chain: before it takes effect, or together with it where it stops something.
 *
 * Stopping must work when nothing else does: a record that cannot be written is missed in the log, and the switch is thrown all the same.
 */
export function auditedControl(
  control: ControlStore,
  audit: () => AuditLog,
  clock: Clock,
  logger: Logger,
  /** Who asks, where the switch itself does not say it. */
  by = "the system",
): ControlStore {
  async function tell(entry: AuditEntry): Promise<void> {
    try {
      await audit().append(entry);
    } catch (error) {
      logger.error("not audited", { kind: entry.kind, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const said = (kind: AuditKind, symbol: string | undefined, details: Readonly<Record<string, unknown>>) =>
    tell(auditEntry(kind, clock.nowMs(), { symbol }, details));

  /** It is unfrozen whenever it might be, and only a freeze that stood is worth a record; what cannot be read may have stood. */
  async function mayBeFrozen(symbol: string): Promise<boolean> {
    try {
      return (await control.frozenSymbols()).has(symbol);
    } catch {
      return true;
    }
  }

  return {
    ...control,
    async setHalt(halt) {
      // At the same time: an audit that hangs must not hold back a stop.
      await Promise.all([said("halted", undefined, { ...halt }), control.setHalt(halt)]);
    },
    async clearHalt() {
      await said("resumed", undefined, { by });
      await control.clearHalt();
    },
    async requestClose(request) {
      await Promise.all([said("closeRequested", request.symbol, { ...request }), control.requestClose(request)]);
    },
    async settleCloseRequest(request) {
      await said("closeSettled", request.symbol, { ...request });
      return control.settleCloseRequest(request);
    },
    async freezeSymbol(symbol, reason, atMs) {
      await said("symbolFrozen", symbol, { reason });
      await control.freezeSymbol(symbol, reason, atMs);
    },
    async unfreezeSymbol(symbol) {
      if (await mayBeFrozen(symbol)) await said("symbolUnfrozen", symbol, { by });
      await control.unfreezeSymbol(symbol);
    },
    async blockSymbol(block) {
      await said("symbolBlocked", block.symbol, { ...block });
      await control.blockSymbol(block);
    },
    async unblockSymbol(symbol, strategy) {
      await said("symbolUnblocked", symbol, { strategy, by });
      return control.unblockSymbol(symbol, strategy);
    },
  };
}
