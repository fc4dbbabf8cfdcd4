import type { AuditEntry } from "@winiswin/domain/audit/audit-record";
import type { AuditLog } from "../ports/audit-log.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import { auditEntry } from "./audit-entry.ts";
import { auditedOrLogged } from "./audited-or-logged.ts";

/**
 * The same gateway, with what changes something on the exchange and has no intention in the order book of ours in the chain: cancellations with
 * their reason and outcome, and the settings of a symbol.
 *
 * The record of an attempt is written together with the attempt, because nothing that protects waits for bookkeeping.
 */
export function auditedGateway<Gateway extends Pick<OrderGateway, "cancelProtection" | "prepareSymbol">>(
  gateway: Gateway,
  audit: Pick<AuditLog, "append">,
  clock: Clock,
  logger: Logger,
): Gateway {
  const tell = auditedOrLogged(audit, logger);
  const entry = (kind: AuditEntry["kind"], symbol: string, details: Readonly<Record<string, unknown>>) =>
    auditEntry(kind, clock.nowMs(), { symbol }, details);

  const cancelProtection: OrderGateway["cancelProtection"] = async (symbol, clientOrderId, reason = "not said") => {
    const [outcome] = await Promise.all([
      gateway.cancelProtection(symbol, clientOrderId, reason),
      tell(entry("cancelIntended", symbol, { clientOrderId, reason })),
    ]);
    const learnt =
      outcome.outcome === "accepted" ? { outcome: "canceled", detail: reason } : { outcome: outcome.outcome, detail: outcome.reason };
    await tell(entry("orderOutcome", symbol, { clientOrderId, ...learnt }));
    return outcome;
  };

  const prepareSymbol: OrderGateway["prepareSymbol"] = async (symbol, leverage) => {
    await tell(entry("settingsIntended", symbol, { leverage, marginType: "isolated" }));
    await gateway.prepareSymbol(symbol, leverage);
  };

  return { ...gateway, cancelProtection, prepareSymbol };
}
