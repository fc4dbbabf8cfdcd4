import { reviewKey } from "@winiswin/application/execution/account/review-key";
import type { Clock } from "@winiswin/application/ports/clock";
import { ExchangeError } from "@winiswin/application/ports/exchange-error";
import { readKeyRights } from "@winiswin/binance/key-rights";
import { createRestClient } from "@winiswin/binance/rest-client";
import { z } from "zod";
import { CommandFailure } from "../command-failure.ts";
import { clockSkewOf, refusedSkewMs } from "../doctor/exchange.ts";
import { exitCodes } from "../exit-code.ts";
import { requireLiveMarket } from "../start/live-market.ts";
import type { KeyedAccount } from "./account-keys.ts";

const timeoutMs = 8_000;
const accountSettings = z.object({ dualSidePosition: z.boolean(), multiAssetsMargin: z.boolean() });

const machineClock: Clock = {
  nowMs: () => Date.now(),
  sleepUntil: (atMs) => new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now()))),
  realMsUntil: (atMs) => Math.max(0, atMs - Date.now()),
};

/**
 * Everything that must be so before an order is sent for an account: reads only.
 *
 * Returns what should be known although it forbids nothing; throws with one sentence and what to do for the first thing that is not so.
 */
export async function checkAccount(account: KeyedAccount): Promise<readonly string[]> {
  const { host, baseUrl, isStandIn } = account;
  const look = await requireLiveMarket(baseUrl);
  if (isStandIn) await requireSimulatedExchange(baseUrl, host);
  const skewMs = clockSkewOf(look);
  if (Math.abs(skewMs) >= refusedSkewMs)
    throw new CommandFailure(
      `The clock of this machine is ${Math.abs(skewMs)} ms ${skewMs < 0 ? "behind" : "ahead of"} that of ${host}: orders would be refused and candles closed at the wrong time.`,
      "Synchronise it (NTP) and start again.",
    );
  await requireSettings(account);
  return requireRights(account);
}

const healthAnswer = z.object({ ok: z.literal(true) });

/** Whatever forwards from this machine to a real exchange must not pass for play money. */
async function requireSimulatedExchange(baseUrl: string, host: string): Promise<void> {
  const isSimulated = await fetch(new URL("/simulator/health", baseUrl), { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" })
    .then(async (response) => response.ok && healthAnswer.safeParse(await response.json()).success)
    .catch(() => false);
  if (isSimulated) return;
  throw new CommandFailure(
    `${host} is an address of this machine and no simulated exchange answers there, so nobody can tell whose money it is.`,
    "Start one with winiswin exchange --port N --speed real, or leave BINANCE_BASE_URL out.",
    exitCodes.usage,
  );
}

async function requireSettings(account: KeyedAccount): Promise<void> {
  const { baseUrl, host, apiKey, apiSecret } = account;
  const timeouts = { readTimeoutMs: timeoutMs, writeTimeoutMs: timeoutMs };
  const client = createRestClient({ baseUrl, clock: machineClock, credentials: { apiKey, apiSecret }, ...timeouts });
  const answer = accountSettings.safeParse(await asked(account, () => client.read("fapi/v1/accountConfig")));
  if (!answer.success)
    throw new CommandFailure(
      `${host} does not say whether the account is in one-way mode and in single-asset mode.`,
      "Look whether BINANCE_BASE_URL leads to USDT-M futures.",
    );
  const { dualSidePosition, multiAssetsMargin } = answer.data;
  if (dualSidePosition)
    throw new CommandFailure(
      `The account at ${host} is in hedge mode, and this program trades in one-way mode only.`,
      "Close its positions, choose one-way mode in the futures preferences and start again.",
    );
  if (multiAssetsMargin)
    throw new CommandFailure(
      `The account at ${host} is in multi-assets mode, where isolated margin does not exist and one position can cost the whole account.`,
      "Choose single-asset mode in the futures preferences and start again.",
    );
}

async function requireRights(account: KeyedAccount): Promise<readonly string[]> {
  const { kind, baseUrl, host, isStandIn, apiKey, apiSecret } = account;
  const rights = await asked(account, () =>
    // Of Binance's own hosts it is known where the rights of keys are told; a stand-in may tell them at its own address.
    readKeyRights({ baseUrl, clock: machineClock, credentials: { apiKey, apiSecret }, ...(isStandIn ? { spotBaseUrl: baseUrl } : {}) }),
  );
  if (kind === "live" && rights.canWithdraw === undefined)
    throw new CommandFailure(
      `Whether the API key may withdraw money could not be read, and with real money only a key that cannot is used.`,
      "It is told by api.binance.com: look whether that is reachable and whether the key works from this address, then start again.",
      exitCodes.keys,
    );
  const verdict = reviewKey(kind === "live" ? rights : { ...rights, canWithdraw: false });
  if (verdict.verdict === "refused") throw new CommandFailure(`${host} does not get an order: ${verdict.reason}.`, "", exitCodes.keys);
  return verdict.remarks;
}

const refusedKeyCodes = [-1002, -1011, -1022, -2014, -2015, -2017, -4056];

/** Asks the exchange about the account; what it does not tell becomes the sentence and the exit code of the command. */
export async function asked<Value>({ kind, host }: Pick<KeyedAccount, "kind" | "host">, question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.code !== undefined && refusedKeyCodes.includes(error.code))
      throw new CommandFailure(
        `${host} refuses BINANCE_API_KEY with BINANCE_API_SECRET (${error.message}).`,
        `Check both, the addresses that the key works from, and that it is a key of the ${kind} exchange: demo and live have different ones.`,
        exitCodes.keys,
      );
    throw new CommandFailure(
      `${host} was asked about the account and did not tell (${error.message}).`,
      error.kind === "fatal" ? "Nothing was sent; see what it says and start again." : "Nothing was sent; start again in a few minutes.",
      error.kind === "fatal" ? exitCodes.failure : exitCodes.temporary,
    );
  }
}
