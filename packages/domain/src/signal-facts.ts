export type RegimeName = "volatile" | "squeeze" | "trend" | "range" | "transition";

/** Fresh divergences against the taker flow that speak for a direction, on 15m and on 1h. */
export interface FreshDivergences {
  readonly fast: boolean;
  readonly slow: boolean;
}

/** What a symbol's own candles show at the close beside the opinion of a strategy; what was not computed is absent, never guessed. */
export interface SignalFacts {
  readonly regime?: { readonly name: RegimeName; readonly direction: -1 | 0 | 1 } | undefined;
  readonly divergences?: { readonly long: FreshDivergences; readonly short: FreshDivergences } | undefined;
}

/** What BTC does at the same close. */
export interface BtcFacts {
  readonly symbol: string;
  /** 1 up, -1 down, 0 undecided. */
  readonly trend1h: -1 | 0 | 1;
  /** Move of the last 4 candles in ATR14 of 15m, signed. */
  readonly moveAtr: number;
}
