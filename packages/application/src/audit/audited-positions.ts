import type { AuditEntry } from "@winiswin/domain/audit/audit-record";
import { toText } from "@winiswin/domain/decimal";
import type { AbandonedEntry, Position } from "@winiswin/domain/position";
import type { AuditLog } from "../ports/audit-log.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";
import { auditEntry } from "./audit-entry.ts";
import { auditedOrLogged } from "./audited-or-logged.ts";
import { plainDetails } from "./plain-details.ts";

const about = ({ cycleId, intent: { symbol, positionId } }: Position | AbandonedEntry) => ({ cycleId, symbol, positionId });

/**
 * The same store, with each change in the chain before it is stored, and a note after it when another writer was first.
 *
 * A position that cannot be audited is not begun. What was begun goes on, and its record is missed in the log.
 */
export function auditedPositions(positions: PositionStore, audit: AuditLog, clock: Clock, logger: Logger): PositionStore {
  const tell = auditedOrLogged(audit, logger);

  async function audited(
    kind: "positionCreated" | "positionChanged" | "positionForgotten",
    position: Position | AbandonedEntry,
    details: Readonly<Record<string, unknown>>,
    write: () => Promise<boolean>,
    record: (entry: AuditEntry) => Promise<unknown> = tell,
  ): Promise<boolean> {
    const { state, version } = position;
    await record(auditEntry(kind, clock.nowMs(), about(position), { state, version, ...details }));
    const written = await write();
    if (!written) await tell(auditEntry("writeLost", clock.nowMs(), about(position), { of: kind, version }));
    return written;
  }

  return {
    create(position) {
      const { cycleId: _cycle, ...details } = plainDetails(position);
      return audited(
        "positionCreated",
        position,
        details,
        () => positions.create(position),
        (entry) => audit.append(entry),
      );
    },
    update(position) {
      // The intent never changes: it stands in the record of the creation.
      const { intent: _intent, cycleId: _cycle, ...details } = plainDetails(position);
      return audited("positionChanged", position, details, () => positions.update(position));
    },
    remove: (position) => audited("positionForgotten", position, {}, () => positions.remove(position)),
    find: (bot, positionId) => positions.find(bot, positionId),
    open: (bot) => positions.open(bot),
    abandoned: (bot) => positions.abandoned(bot),
    unreadable: (bot) => positions.unreadable(bot),
  };
}

/** The same store, with each trade in the chain before it is stored; one that is recorded already is audited again, as it was found again. */
export function auditedTrades(trades: TradeStore, audit: AuditLog, logger: Logger): TradeStore {
  const tell = auditedOrLogged(audit, logger);
  return {
    async record(trade) {
      const { cycleId, symbol, positionId, exitReason, closedAtMs, rMultiple } = trade;
      const money = {
        quantity: toText(trade.quantity),
        entryPrice: toText(trade.entryPrice),
        exitPrice: toText(trade.exitPrice),
        fees: toText(trade.fees),
        funding: toText(trade.funding),
        netProfit: toText(trade.netProfit),
      };
      await tell(auditEntry("tradeRecorded", closedAtMs, { cycleId, symbol, positionId }, { exitReason, rMultiple, ...money }));
      return trades.record(trade);
    },
    latest: (bot, limit) => trades.latest(bot, limit),
  };
}
