import { createTelegramApi, menuOf } from "@winiswin/telegram";
import { z } from "zod";
import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";

const flagsShape = {
  url: z.url({ protocol: /^https$/, error: "must be an https address" }).optional(),
  dryRun: z.boolean().default(false),
};

const usualApi = "https://api.telegram.org";

/** Gives Telegram the menu of our commands, and with an address the webhook with the secret that verifies its updates. */
export const runTelegramRegister: RunCommand = async (given, { terminal, environment }, word = "") => {
  if (word !== "register") throw usageFailure(`"${word}" is not understood.`, "There is winiswin telegram register.");
  const { url, dryRun } = parseFlags(flagsShape, given);
  const menu = menuOf();
  if (dryRun) {
    for (const { command, description } of menu) terminal.data(`/${command} ${description}`);
    terminal.say(`${menu.length} commands; nothing was written (--dry-run).`);
    return exitCodes.ok;
  }
  const { TELEGRAM_BOT_TOKEN: botToken = "", TELEGRAM_WEBHOOK_SECRET: secret = "" } = environment;
  if (botToken === "")
    throw new CommandFailure(
      "TELEGRAM_BOT_TOKEN is not set.",
      "BotFather gives it; it is read from the environment or .env only.",
      exitCodes.keys,
    );
  if (url !== undefined && !/^[\w-]{16,256}$/.test(secret))
    throw new CommandFailure(
      "TELEGRAM_WEBHOOK_SECRET must be 16 to 256 letters, digits, _ or -.",
      "Choose one at random and give the same to the deployment: sst secret set TelegramWebhookSecret ...",
      exitCodes.keys,
    );
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const telegram = createTelegramApi({ apiUrl: environment.TELEGRAM_API_URL || usualApi, botToken, logger });
  const calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["setMyCommands", { commands: menu }],
    ...(url === undefined
      ? []
      : [
          [
            "setWebhook",
            { url, secret_token: secret, allowed_updates: ["message", "callback_query"], drop_pending_updates: true },
          ] as const,
        ]),
  ];
  for (const [method, payload] of calls) {
    const called = await telegram.call(method, payload);
    if (!called.ok)
      throw new CommandFailure(
        `Telegram did not take ${method}: ${called.failure.reason}.`,
        "Nothing after it was tried.",
        exitCodes.temporary,
      );
  }
  terminal.say(`Telegram has the ${menu.length} commands${url === undefined ? "" : ` and sends its updates to ${new URL(url).host}`}.`);
  return exitCodes.ok;
};
