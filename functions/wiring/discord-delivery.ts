import type { DiscordDelivery } from "@winiswin/discord/answer-deferred";
import { createDiscordApi } from "@winiswin/discord/discord-api";
import { currentLogger } from "../clock.ts";
import { once } from "./once.ts";
import { illustrator } from "./pictures.ts";

export const discordApi = once(() =>
  createDiscordApi({ apiUrl: process.env.DISCORD_API_URL || "https://discord.com/api/v10", logger: currentLogger() }),
);

/** The way of a deferral back through the function URL to Discord, with a margin; the command runs meanwhile. */
const settleMs = 500;

export const discordDelivery = (): DiscordDelivery => ({
  discord: discordApi(),
  logger: currentLogger(),
  illustrator: illustrator(),
  settled: () => new Promise((resolve) => setTimeout(resolve, settleMs)),
});
