import { modeOf } from "@winiswin/application/commands/mode";
import { usageFailure } from "../command-failure.ts";

/** Accounts that are kept by an exchange: with play money, and with real money. */
export type ExchangeAccountKind = "demo" | "live";

export interface ExchangeAddress {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** With its port. */
  readonly host: string;
  /** On this machine: only a simulated exchange may stand in there, so there is no real money whatever the account is called. */
  readonly isStandIn: boolean;
}

const usualAddress: Readonly<Record<ExchangeAccountKind, string>> = {
  demo: "https://demo-fapi.binance.com",
  live: "https://fapi.binance.com",
};

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Where an account of a kind is kept: the address that is configured, else Binance's own for that kind.
 *
 * Throws a usage failure for the address of the other kind. One of this machine may stand for either.
 */
export function exchangeAddressOf(kind: ExchangeAccountKind, configured: string | undefined): ExchangeAddress {
  const url = webAddressOf(configured === undefined || configured === "" ? usualAddress[kind] : configured);
  const { hostname, host, origin } = url;
  const isStandIn = loopback.test(hostname);
  if (isStandIn) return { baseUrl: origin, host, isStandIn };
  if (url.protocol !== "https:")
    throw usageFailure(`BINANCE_BASE_URL leads to ${host} without encryption.`, "Orders and keys go over https only: write https://.");
  const found = modeOf({ tradingEnabled: true, exchangeBaseUrl: origin });
  if (found === kind) return { baseUrl: origin, host, isStandIn };
  throw kind === "demo"
    ? usageFailure(
        `--account demo is given, but BINANCE_BASE_URL leads to ${host}, which is no demo exchange: its money is real.`,
        `Leave BINANCE_BASE_URL out (then it is ${usualAddress.demo}), or say --account live.`,
      )
    : usageFailure(
        `--account live is given, but BINANCE_BASE_URL leads to ${host}, a demo exchange.`,
        `Leave BINANCE_BASE_URL out (then it is ${usualAddress.live}), or say --account demo.`,
      );
}

/** The bare address of an exchange; throws a usage failure for anything else. */
function webAddressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url !== undefined && url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  if (isBare && /^https?:$/.test(url.protocol)) return url;
  throw usageFailure(
    "BINANCE_BASE_URL is not the bare web address of an exchange.",
    `It looks like ${usualAddress.live}, with nothing behind it.`,
  );
}
