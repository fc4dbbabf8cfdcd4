import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { KeyRights } from "@winiswin/application/ports/key-rights";
import type { Logger } from "@winiswin/application/ports/logger";
import * as z from "zod";
import { createRestClient, type RestClientOptions } from "./rest-client.ts";
import type { Credentials } from "./sdk.ts";
import { parseAnswer } from "./wire.ts";

const accountConfig = z.object({ canTrade: z.boolean(), canWithdraw: z.boolean() });
const restrictions = z.object({ enableWithdrawals: z.boolean(), enableFutures: z.boolean(), ipRestrict: z.boolean() });

/** The futures host tells of the account only; of the key tells the spot host of the same exchange. */
const spotHosts: Readonly<Record<string, string>> = { "fapi.binance.com": "https://api.binance.com" };

export interface KeyRightsOptions extends Pick<RestClientOptions, "clock" | "gate"> {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly logger?: Logger;
  /** Where the rights of keys are told, for an exchange that is not in the list of known ones. */
  readonly spotBaseUrl?: string;
}

const timeoutMs = 8_000;

/** What the key may do: futures from the futures host, withdrawals from the spot host where there is one that answers. */
export async function readKeyRights(options: KeyRightsOptions): Promise<KeyRights> {
  const { baseUrl, clock, gate, credentials, logger } = options;
  const timeouts = { readTimeoutMs: timeoutMs, writeTimeoutMs: timeoutMs };
  const futures = createRestClient({ baseUrl, clock, credentials, ...timeouts, ...(gate === undefined ? {} : { gate }) });
  const account = parseAnswer("fapi/v1/accountConfig", accountConfig, await futures.read("fapi/v1/accountConfig"));
  const spotBaseUrl = options.spotBaseUrl ?? spotHosts[new URL(baseUrl).hostname];
  // An account that cannot withdraw gives that right to no key; one that can may have keys that cannot.
  const accountOnly: KeyRights = {
    canTrade: account.canTrade,
    canWithdraw: account.canWithdraw ? undefined : false,
    isBoundToAddresses: undefined,
  };
  if (spotBaseUrl === undefined) return accountOnly;
  // Its own gate: the two hosts count apart.
  const spot = createRestClient({ baseUrl: spotBaseUrl, clock, credentials, timeEndpoint: "api/v3/time", ...timeouts });
  try {
    const key = parseAnswer("sapi/v1/account/apiRestrictions", restrictions, await spot.read("sapi/v1/account/apiRestrictions"));
    return {
      canTrade: account.canTrade && key.enableFutures,
      canWithdraw: key.enableWithdrawals,
      isBoundToAddresses: key.ipRestrict,
    };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    logger?.warn("the rights of the API key cannot be read", { reason: error.message });
    return accountOnly;
  }
}
