import { createCommandRegistration, registrationDifference, registrationOf } from "@winiswin/discord";
import { z } from "zod";
import { CommandFailure } from "../command-failure.ts";
import type { RunCommand } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { parseFlags } from "../flags/market-flags.ts";

const id = z.string().regex(/^\d{1,20}$/, { error: "must be an id of Discord (digits only)" });

const flagsShape = {
  guild: id.optional(),
  application: id.optional(),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
};

const usualApi = "https://discord.com/api/v10";

/** Shows how Discord's list of our commands differs from the registry, and replaces it. */
export const runDiscordRegister: RunCommand = async (given, { terminal, environment }) => {
  const { guild, application, dryRun, json } = parseFlags(flagsShape, given);
  const applicationId = application ?? environment.DISCORD_APPLICATION_ID ?? "";
  const botToken = environment.DISCORD_BOT_TOKEN ?? "";
  const missing = [...(applicationId === "" ? ["DISCORD_APPLICATION_ID"] : []), ...(botToken === "" ? ["DISCORD_BOT_TOKEN"] : [])];
  if (missing.length > 0)
    throw new CommandFailure(
      `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set.`,
      "Both stand in Discord's developer portal, under General Information and Bot; the token is read from the environment or .env only.",
      exitCodes.keys,
    );
  const wanted = registrationOf();
  const registration = createCommandRegistration({
    apiUrl: environment.DISCORD_API_URL || usualApi,
    botToken,
    applicationId,
    guildId: guild,
  });
  const current = await registration.read();
  if (!current.ok) throw refusal(current.failure);
  const difference = registrationDifference(current.value, wanted);
  const where = guild === undefined ? "for every server" : `on the server ${guild}`;
  if (json)
    terminal.data(JSON.stringify({ commands: wanted.map(({ name }) => name), difference, written: !dryRun && difference.length > 0 }));
  else for (const line of difference) terminal.data(line);
  if (difference.length === 0) {
    terminal.say(`All ${wanted.length} commands are registered ${where} as they should be.`);
    return exitCodes.ok;
  }
  if (dryRun) {
    terminal.say(`${difference.length} differences ${where}; nothing was written (--dry-run).`);
    return exitCodes.ok;
  }
  const written = await registration.overwrite(wanted);
  if (!written.ok) throw refusal(written.failure);
  terminal.say(
    `Registered ${wanted.length} commands ${where}.${guild === undefined ? " Discord shows them everywhere within an hour; --guild shows them at once." : ""}`,
  );
  return exitCodes.ok;
};

const refusal = (sentence: string): CommandFailure =>
  new CommandFailure(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`, "Nothing was changed.", exitCodes.temporary);
