export const logLevels = ["info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/** What is wrong with the settings that this command reads itself; one sentence each, without the value of a secret. */
export function consoleSettingFaults(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { LOG_LEVEL = "", DISCORD_WEBHOOK_URL = "" } = environment;
  return [
    ...(LOG_LEVEL === "" || logLevels.some((level) => level === LOG_LEVEL)
      ? []
      : [`LOG_LEVEL is "${LOG_LEVEL}" but must be info, warn or error`]),
    ...(DISCORD_WEBHOOK_URL === "" || isWebAddress(DISCORD_WEBHOOK_URL)
      ? []
      : ["DISCORD_WEBHOOK_URL is no web address but must be one like https://discord.com/api/webhooks/ID/TOKEN"]),
  ];
}

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
