import type { Protection } from "./protection.ts";

export const halt: Protection = {
  code: "HALTED",
  reasonAgainst: (_intent, { haltReason }) => (haltReason === undefined ? undefined : `entries are halted: ${haltReason}`),
};
