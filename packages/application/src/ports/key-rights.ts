/** What the exchange lets the owner of an API key do. */
export interface KeyRights {
  readonly canTrade: boolean;
  /** Undefined where the exchange does not tell it of the key. */
  readonly canWithdraw: boolean | undefined;
  /** Whether the key works from listed addresses only; undefined where the exchange does not tell. */
  readonly isBoundToAddresses: boolean | undefined;
}

/** Reads them; throws ExchangeError when the exchange does not answer. */
export type ReadKeyRights = () => Promise<KeyRights>;
