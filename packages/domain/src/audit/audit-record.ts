import { canonicalJson, sha256 } from "../identity.ts";

export const auditKinds = [
  "cycleDecided",
  "orderIntended",
  "orderOutcome",
  "cancelIntended",
  "settingsIntended",
  "positionCreated",
  "positionChanged",
  "positionForgotten",
  "tradeRecorded",
  "halted",
  "resumed",
  "closeRequested",
  "closeSettled",
  "symbolFrozen",
  "symbolUnfrozen",
  "symbolBlocked",
  "symbolUnblocked",
  "writeLost",
] as const;

export type AuditKind = (typeof auditKinds)[number];

/** What is about to be done, or was learnt: written before it takes effect, so a crash leaves a record too many rather than one too few. */
export interface AuditEntry {
  readonly kind: AuditKind;
  /** In ISO. */
  readonly at: string;
  readonly cycleId?: string | undefined;
  readonly symbol?: string | undefined;
  readonly positionId?: string | undefined;
  /** Canonical JSON, so that it comes back from any store as it went in. */
  readonly details: string;
}

/** One link of the chain of a bot. */
export interface AuditRecord extends AuditEntry {
  readonly bot: string;
  /** From 1, without a gap. */
  readonly number: number;
  /** The hash of the record before; of the first one, `genesisHash`. */
  readonly former: string;
  readonly hash: string;
}

/** A record with the place at which it is stored, which is its number unless somebody moved it. */
export type StoredAuditRecord = AuditRecord & { readonly place: number };

/** The newest record as it is noted outside of the chain: without it nobody would miss a chain's end. */
export type AuditHead = Pick<AuditRecord, "number" | "hash">;

export const genesisHash = "0".repeat(64);

/** SHA-256 over everything else in the record, the former hash included. */
export const hashOf = ({ bot, number, kind, at, cycleId, symbol, positionId, details, former }: Omit<AuditRecord, "hash">): string =>
  sha256(canonicalJson({ bot, number, kind, at, cycleId, symbol, positionId, details, former }));

export function recordAfter(head: AuditHead | undefined, bot: string, entry: AuditEntry): AuditRecord {
  const record = { bot, number: (head?.number ?? 0) + 1, ...entry, former: head?.hash ?? genesisHash };
  return { ...record, hash: hashOf(record) };
}
