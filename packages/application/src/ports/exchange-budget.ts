/** What everybody behind one address knows together of an exchange. */
export interface SharedBudget {
  /** Request weight that all processes have set aside in the minute, at least as much as the exchange itself counted when somebody told it. */
  readonly reservedWeight: number;
  /** Nobody may send before; undefined when there never was a ban. */
  readonly bannedUntilMs: number | undefined;
  /** When the exchange's web firewall last refused somebody, and when it last let somebody through; 0 for never. Absent when nobody keeps it. */
  readonly firewall?: { readonly refusedAtMs: number; readonly passedAtMs: number } | undefined;
}

/** The request weight of an exchange's current minute and its latest ban, shared by all functions; one row, so one write tells both. */
export interface ExchangeBudget {
  /**
   * Sets weight aside in the minute that begins at `minuteStartMs`, unless the sum would exceed the ceiling.
   *
   * A minute that others have left behind is not gone back to: its requests count in the newer one.
   */
  reserve(minuteStartMs: number, weight: number, ceiling: number): Promise<SharedBudget & { readonly granted: boolean }>;
  /** Raises the minute's sum to what the exchange counted itself; never lowers it. */
  raise(minuteStartMs: number, usedWeight: number): Promise<void>;
  /** Makes the ban end then, unless a later end is known; whoever writes last, the latest end wins. */
  extendBan(untilMs: number, reason: string): Promise<void>;
  /** Keeps the later of the known instant and this one. A refusal that is later than the last passage asks everybody for silence. */
  metFirewall?(met: "refused" | "passed", atMs: number, reason: string): Promise<void>;
}
