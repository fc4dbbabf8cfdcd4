import { devNull } from "node:os";
import { type Configuration, configurationFileVariable, parseConfiguration } from "@winiswin/application/configuration";
import { usageFailure } from "../command-failure.ts";
import type { FoundConfigurationFile } from "../configuration-file.ts";
import { consoleSettingFaults } from "../console-settings.ts";
import type { StartOptions } from "../flags/start-flags.ts";
import { operatorUserId } from "../operator.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface HandlerEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly tradingEnabled: boolean;
  readonly configuration: Configuration;
  /** The symbols that were named one by one; undefined where the market decides. */
  readonly namedSymbols: readonly string[] | undefined;
}

/**
 * What the handlers read beyond the person's own variables. The address of the exchange where orders end and the keys for it are given by the
 * system that is started, never by this environment.
 *
 * On a simulated market orders are sent unless the person says no, at live prices and for an account at an exchange only when the person
 * says yes.
 */
export function handlerEnvironment(
  { market, account, maximumSymbols }: Pick<StartOptions, "market" | "account" | "maximumSymbols">,
  environment: Environment,
  file?: FoundConfigurationFile,
): HandlerEnvironment {
  const mayTrade = market.kind === "binance" ? environment.ENABLE_TRADING === "true" : environment.ENABLE_TRADING !== "false";
  const variables = {
    // Handlers look for a file where this process was started from, and without one of ours they must find none there.
    [configurationFileVariable]: file?.path ?? devNull,
    // Empty: the address tells it.
    WINISWIN_ACCOUNT: account === "paper" ? "" : account,
    ENABLE_TRADING: isUnclear(environment.ENABLE_TRADING) ? String(environment.ENABLE_TRADING) : String(mayTrade),
    DISCORD_ALLOWED_USERS: [environment.DISCORD_ALLOWED_USERS, operatorUserId]
      .filter((list) => list !== undefined && list !== "")
      .join(","),
    ...(maximumSymbols === undefined ? {} : { MAX_SYMBOLS: String(maximumSymbols) }),
  };
  const { BINANCE_BASE_URL: _replaced, ...own } = environment;
  const parsed = parseConfiguration({ ...own, ...variables }, file);
  const faults = [...(parsed.ok ? [] : parsed.failure), ...consoleSettingFaults(environment)];
  if (!parsed.ok || faults.length > 0) {
    const sentence = faults.join("; ");
    throw usageFailure(
      sentence.endsWith("?") ? sentence : `${sentence}.`,
      "winiswin config shows all; correct winiswin.yaml, .env or the environment.",
    );
  }
  const { tradingEnabled, symbolMode, staticSymbols } = parsed.value;
  return { variables, tradingEnabled, configuration: parsed.value, namedSymbols: symbolMode === "static" ? staticSymbols : undefined };
}

/** Neither true nor false is a typing error, not a wish: the configuration refuses it with its own sentence. */
const isUnclear = (text: string | undefined): boolean => text !== undefined && text !== "" && text !== "true" && text !== "false";
