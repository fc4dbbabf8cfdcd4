import { parseConfiguration } from "@winiswin/application/configuration";
import type { ConfigurationFile } from "@winiswin/application/configuration-file";
import { consoleSettingFaults } from "../console-settings.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** One finding per wrong variable, or one that says what is in force. */
export function checkConfiguration(environment: Environment, file?: ConfigurationFile): readonly Finding[] {
  const parsed = parseConfiguration(environment, file);
  const faults = [...(parsed.ok ? [] : parsed.failure), ...consoleSettingFaults(environment)];
  if (!parsed.ok || faults.length > 0)
    return faults.map((sentence) =>
      problem("configuration", sentence, "Correct it in winiswin.yaml, .env or the environment (winiswin config shows all)."),
    );
  const { tradingEnabled, strategies, symbolMode, maximumSymbols } = parsed.value;
  return [
    ok(
      "configuration",
      `valid: trading ${tradingEnabled ? "enabled" : "disabled outside of the simulated exchange"}, symbols ${symbolMode}, at most ${maximumSymbols}, strategies ${strategies.map(({ strategy }) => strategy.name).join(", ")}`,
    ),
  ];
}

/** Keys are needed for a real account only; the simulated exchange makes its own. */
export function checkKeys(apiKey: string | undefined, apiSecret: string | undefined): Finding {
  const [hasKey, hasSecret] = [isGiven(apiKey), isGiven(apiSecret)];
  if (hasKey && hasSecret) return ok("exchange keys", `key ${masked(apiKey ?? "")}, secret present`);
  if (!hasKey && !hasSecret) return ok("exchange keys", "none, and none are needed for the simulated exchange");
  return warning(
    "exchange keys",
    `${hasKey ? "the key" : "the secret"} is there, ${hasKey ? "the secret" : "the key"} is missing`,
    "Set both or neither.",
  );
}

/** Enough to recognise a key, never enough to use it. */
export const masked = (key: string): string => (key.length < 12 ? "****" : `${key.slice(0, 4)}****${key.slice(-2)}`);

const isGiven = (text: string | undefined): boolean => text !== undefined && text !== "";
