import { modeOf } from "@winiswin/application/commands/mode";
import { createDiscordNotifier } from "@winiswin/discord/discord-notifier";
import { Resource } from "sst";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { discordApi } from "./discord-delivery.ts";
import { once } from "./once.ts";

export const notifier = once(() =>
  createDiscordNotifier({
    webhookUrl: Resource.DiscordWebhookUrl.value,
    discord: discordApi(),
    logger: currentLogger(),
    footer: `bot ${configuration().bot} · ${modeOf(configuration())}`,
    nowMs: () => currentClock().nowMs(),
  }),
);
