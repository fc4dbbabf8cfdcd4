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

export interface ControlStore {
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
}
