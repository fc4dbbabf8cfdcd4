import type { RiskRecords } from "./risk-record.ts";
import type { SymbolBlocks } from "./symbol-block.ts";

/** The halt of everything, or its absence. */
export interface Halt {
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
}

/** Held by one writer of an account at a time; the fencing number grows with every holder. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fencing: number;
  readonly expiresAtMs: number;
}

/** The wish of a person that something be closed, kept until the exchange shows nothing open there. */
export interface CloseRequest {
  /** Undefined for everything that is open on the account. */
  readonly symbol: string | undefined;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface ControlStore extends SymbolBlocks, RiskRecords {
  halt(): Promise<Halt | undefined>;
  setHalt(halt: Halt): Promise<void>;
  clearHalt(): Promise<void>;
  /** Undefined while somebody else holds it; a holder may take its own lease again. */
  acquireLease(name: string, holder: string, nowMs: number, durationMs: number): Promise<Lease | undefined>;
  releaseLease(lease: Lease): Promise<void>;
  /** Symbols on which entries are frozen, with the reason. */
  frozenSymbols(): Promise<ReadonlyMap<string, string>>;
  freezeSymbol(symbol: string, reason: string, atMs: number): Promise<void>;
  unfreezeSymbol(symbol: string): Promise<void>;
  /** One request per symbol, and one for everything, is kept: a newer one replaces the older. */
  requestClose(request: CloseRequest): Promise<void>;
  /** Oldest first. */
  closeRequests(): Promise<readonly CloseRequest[]>;
  /** Forgets a request that was carried out; false when a newer one has taken its place, which then stays. */
  settleCloseRequest(request: CloseRequest): Promise<boolean>;
}
