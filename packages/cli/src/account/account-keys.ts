import { sha256 } from "@winiswin/domain/identity";
import type { ExchangeAccount } from "@winiswin/local/account-binding";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-code.ts";
import { type ExchangeAccountKind, type ExchangeAddress, exchangeAddressOf } from "./exchange-address.ts";

/** An account at an exchange with the key to it. */
export interface KeyedAccount extends ExchangeAddress {
  readonly kind: ExchangeAccountKind;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** As a key is written: what a paste adds by mistake would come back as a wrong signature. */
const visible = /^[\x21-\x7e]+$/;

/** The account that the environment describes; throws with one sentence that names no part of the key. */
export function keyedAccountOf(kind: ExchangeAccountKind, environment: Readonly<Record<string, string | undefined>>): KeyedAccount {
  const address = exchangeAddressOf(kind, environment.BINANCE_BASE_URL);
  const { BINANCE_API_KEY: apiKey = "", BINANCE_API_SECRET: apiSecret = "" } = environment;
  const missing = [...(apiKey === "" ? ["BINANCE_API_KEY"] : []), ...(apiSecret === "" ? ["BINANCE_API_SECRET"] : [])];
  if (missing.length > 0)
    throw new CommandFailure(
      `--account ${kind} needs the key of the account, but ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing.`,
      "Set them in .env or the environment; --account paper needs none.",
      exitCodes.keys,
    );
  const broken = !visible.test(apiKey) ? "BINANCE_API_KEY" : isBrokenSecret(apiSecret) ? "BINANCE_API_SECRET" : undefined;
  if (broken !== undefined)
    throw new CommandFailure(
      `${broken} contains spaces, line breaks or letters that no key has.`,
      "Copy it again, without quotes around it.",
      exitCodes.keys,
    );
  return { ...address, kind, apiKey, apiSecret };
}

const isBrokenSecret = (secret: string): boolean => !visible.test(secret) && !secret.includes("PRIVATE KEY");

const keyMarkLength = 16;

/** What the state folder keeps of it: enough to notice another account or key, nothing that could be used. */
export const boundAccountOf = ({ kind, host, apiKey }: KeyedAccount): ExchangeAccount => ({
  kind,
  host,
  keyMark: sha256(`${host}|${apiKey}`).slice(0, keyMarkLength),
});
