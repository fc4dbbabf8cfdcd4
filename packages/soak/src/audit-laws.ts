import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import type { AuditLog } from "@winiswin/application/ports/audit-log";
import { legOf } from "@winiswin/domain/order";
import type { ExchangeState } from "@winiswin/exchange-simulator/matching/exchange-state";
import { bot, type Violation } from "./laws.ts";

/** The chain is whole, and nothing that opens risk reached the exchange without its record. */
export async function auditViolations(audit: AuditLog, exchange: ExchangeState): Promise<readonly Violation[]> {
  const verdict = await verifyAudit(audit);
  const broken = verdict.defect === undefined ? [] : [{ law: "the audit is one unbroken chain", detail: JSON.stringify(verdict.defect) }];
  const intended = new Set<string>();
  for await (const { kind, details } of audit.records()) {
    if (kind !== "orderIntended") continue;
    const { clientOrderId } = JSON.parse(details) as { readonly clientOrderId?: string };
    if (clientOrderId !== undefined) intended.add(clientOrderId);
  }
  const unknown = [...exchange.orders.values()].filter(
    ({ clientOrderId }) => legOf(bot, clientOrderId) === "entry" && !intended.has(clientOrderId),
  );
  return [
    ...broken,
    ...unknown.map(({ clientOrderId }) => ({ law: "every entry is in the audit", detail: `${clientOrderId} has no record` })),
  ];
}
