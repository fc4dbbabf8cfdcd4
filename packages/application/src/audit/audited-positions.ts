import { toText } from "@winiswin/domain/decimal";
import type { Position } from "@winiswin/domain/position";
import type { AuditLog } from "../ports/audit-log.ts";
import type { Clock } from "../ports/clock.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";
import { auditEntry } from "./audit-entry.ts";
import { plainDetails } from "./plain-details.ts";

const about = ({ cycleId, intent: { symbol, positionId } }: Position) => ({ cycleId, symbol, positionId });

/** The same store, with each change in the chain before it is stored, and a note after it when another writer was first. */
export function auditedPositions(positions: PositionStore, audit: AuditLog, clock: Clock): PositionStore {
  async function audited(
    kind: "positionCreated" | "positionChanged" | "positionForgotten",
    position: Position,
    details: Readonly<Record<string, unknown>>,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    const { state, version } = position;
    await audit.append(auditEntry(kind, clock.nowMs(), about(position), { state, version, ...details }));
    const written = await write();
    if (!written) await audit.append(auditEntry("writeLost", clock.nowMs(), about(position), { of: kind, version }));
    return written;
  }

  return {
    create(position) {
      const { cycleId: _cycle, ...details } = plainDetails(position);
      return audited("positionCreated", position, details, () => positions.create(position));
    },
    update(position) {
      // The intent never changes: it stands in the record of the creation.
      const { intent: _intent, cycleId: _cycle, ...details } = plainDetails(position);
      return audited("positionChanged", position, details, () => positions.update(position));
    },
    remove: (position) => audited("positionForgotten", position, {}, () => positions.remove(position)),
    find: (bot, positionId) => positions.find(bot, positionId),
    open: (bot) => positions.open(bot),
  };
}

/** The same store, with each trade in the chain before it is stored; one that is recorded already is audited again, as it was found again. */
export function auditedTrades(trades: TradeStore, audit: AuditLog): TradeStore {
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
      await audit.append(auditEntry("tradeRecorded", closedAtMs, { cycleId, symbol, positionId }, { exitReason, rMultiple, ...money }));
      return trades.record(trade);
    },
    latest: (bot, limit) => trades.latest(bot, limit),
  };
}
