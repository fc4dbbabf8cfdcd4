export { type DiscordKeys, discordKeysIn } from "./discord-keys.ts";
export type { DiscordMessage } from "./fake-discord.ts";
export type { QueueCounts } from "./fauxqs-server.ts";
export { StartError } from "./start-error.ts";
export { type System, startSystem } from "./system.ts";
export type { EndReason, MarketOptions, Progress, SystemOptions, SystemUrls } from "./system-options.ts";
