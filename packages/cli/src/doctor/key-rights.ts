import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import type { KeyRights } from "@winiswin/application/ports/key-rights";
import { readKeyRights } from "@winiswin/binance/key-rights";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What asking the exchange about a key gave. */
export type KeyLook =
  | { readonly outcome: "answered"; readonly rights: KeyRights }
  | { readonly outcome: "failed"; readonly reason: string };

export interface AskedKey {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Where the rights of keys are told, for an exchange that is not Binance's own. */
  readonly spotBaseUrl?: string;
}

/** Asks what the key may do: reads only, signed by this machine's clock. Never throws for what the exchange says. */
export async function lookAtKey({ apiKey, apiSecret, ...where }: AskedKey): Promise<KeyLook> {
  const clock = {
    nowMs: () => Date.now(),
    sleepUntil: (atMs: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now()))),
    realMsUntil: (atMs: number) => Math.max(0, atMs - Date.now()),
  };
  try {
    return { outcome: "answered", rights: await readKeyRights({ ...where, clock, credentials: { apiKey, apiSecret } }) };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { outcome: "failed", reason: error.message };
  }
}

/** A key that may take money out is a problem; what the exchange does not tell is said and not taken for good. */
export function keyFindings(look: KeyLook): readonly Finding[] {
  if (look.outcome === "failed") {
    return [
      warning(
        "key rights",
        `unknown: the exchange did not tell them (${look.reason})`,
        "Check the key, its list of addresses and BINANCE_BASE_URL.",
      ),
    ];
  }
  const { canTrade, canWithdraw, isBoundToAddresses } = look.rights;
  return [
    canTrade
      ? ok("key may trade", "yes, futures")
      : problem("key may trade", "no: the key or its account may not trade futures", "Allow futures for the key."),
    withdrawalFinding(canWithdraw),
    ...(isBoundToAddresses === false
      ? [
          warning(
            "key addresses",
            "the key works from every address",
            "Bind it to those that trade; without it the exchange may take its right to trade away.",
          ),
        ]
      : []),
  ];
}

function withdrawalFinding(canWithdraw: boolean | undefined): Finding {
  const check = "key may withdraw";
  if (canWithdraw === undefined)
    return warning(
      check,
      "unknown: this exchange does not tell the rights of keys",
      "Look it up in the key's settings: it must not be allowed.",
    );
  return canWithdraw
    ? problem(check, "yes: whoever has the key can take the money out", "Make a key without the right to withdraw; it is never needed.")
    : ok(check, "no");
}
