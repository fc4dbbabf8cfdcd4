import type { Confirmation, ConfirmationStore } from "@winiswin/application/ports/confirmation-store";

export function inMemoryConfirmationStore(): ConfirmationStore {
  const rows = new Map<string, { readonly confirmation: Confirmation; takenBy: string | undefined }>();
  return {
    async open(confirmation) {
      if (!rows.has(confirmation.id)) rows.set(confirmation.id, { confirmation, takenBy: undefined });
    },
    async take(id, { operator, askId }, nowMs) {
      const row = rows.get(id);
      if (row === undefined) return { outcome: "unknown" };
      if (row.confirmation.operator !== operator) return { outcome: "foreign" };
      if (row.takenBy !== undefined && row.takenBy !== askId) return { outcome: "spent" };
      if (row.takenBy === undefined && row.confirmation.expiresAtMs <= nowMs) return { outcome: "expired" };
      row.takenBy = askId;
      return { outcome: "taken", confirmation: row.confirmation };
    },
  };
}
