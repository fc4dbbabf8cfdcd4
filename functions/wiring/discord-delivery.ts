import type { DiscordDelivery } from "@winiswin/discord/answer-deferred";
import { currentLogger } from "../clock.ts";
import { discordApi } from "./channel-apis.ts";
import { illustrator } from "./pictures.ts";

/** The way of a deferral back through the function URL to Discord, with a margin; the command runs meanwhile. */
const settleMs = 500;

export const discordDelivery = (): DiscordDelivery => ({
  discord: discordApi(),
  logger: currentLogger(),
  illustrator: illustrator(),
  settled: () => new Promise((resolve) => setTimeout(resolve, settleMs)),
});
