import { modeOf } from "@winiswin/application/commands/mode";
import { createDiscordApi } from "@winiswin/discord/discord-api";
import { createDiscordNotifier } from "@winiswin/discord/discord-notifier";
import { Resource } from "sst";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { once } from "./once.ts";

export const discordApi = once(() =>
  createDiscordApi({ apiUrl: process.env.DISCORD_API_URL || "https://discord.com/api/v10", logger: currentLogger() }),
);

export const notifier = once(() =>
  createDiscordNotifier({
    webhookUrl: Resource.DiscordWebhookUrl.value,
    discord: discordApi(),
    logger: currentLogger(),
    footer: `bot ${configuration().bot} · ${modeOf(configuration())}`,
    nowMs: () => currentClock().nowMs(),
  }),
);
