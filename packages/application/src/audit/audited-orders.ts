import type { AuditLog } from "../ports/audit-log.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderStore } from "../ports/order-store.ts";
import { auditEntry } from "./audit-entry.ts";

/**
 * The same store, with each attempt and each outcome in the chain before it is stored.
 *
 * An entry that cannot be audited is not sent. What protects or closes is sent all the same, and its record is missed in the log:
 * no bookkeeping may keep a stop from being placed.
 */
export function auditedOrders(orders: OrderStore, audit: AuditLog, clock: Clock, logger: Logger): OrderStore {
  return {
    async intend(order) {
      const { positionId, symbol, clientOrderId, leg, request, revision } = order;
      const entry = auditEntry("orderIntended", clock.nowMs(), { positionId, symbol }, { clientOrderId, leg, request, revision });
      try {
        await audit.append(entry);
      } catch (error) {
        if (leg === "entry") throw error;
        logger.error("order not audited", { clientOrderId, leg, reason: error instanceof Error ? error.message : String(error) });
      }
      return orders.intend(order);
    },

    async recordOutcome(order, outcome) {
      const { positionId, clientOrderId } = order;
      const { detail } = outcome;
      try {
        await audit.append(
          auditEntry(
            "orderOutcome",
            outcome.atMs,
            { positionId, symbol: symbolIn(positionId) },
            { clientOrderId, outcome: outcome.outcome, detail },
          ),
        );
      } catch (error) {
        logger.error("outcome not audited", { clientOrderId, reason: error instanceof Error ? error.message : String(error) });
      }
      return orders.recordOutcome(order, outcome);
    },

    ofPosition: (positionId) => orders.ofPosition(positionId),
  };
}

/** `2026-11-21T10:15:00Z#BTCUSDT` */
const symbolIn = (positionId: string): string | undefined => positionId.split("#")[1];
