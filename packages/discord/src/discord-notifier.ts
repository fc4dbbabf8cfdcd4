import type { DomainEvent, Notifier } from "@winiswin/application/ports/events";
import type { Logger } from "@winiswin/application/ports/logger";
import type { DiscordApi } from "./discord-api.ts";
import { eventMessage } from "./event-embed.ts";

export interface DiscordNotifierSettings {
  /** Empty: nothing is posted, the log has it all. */
  readonly webhookUrl: string;
  readonly discord: DiscordApi;
  readonly logger: Logger;
  /** Below every message, so that paper is never taken for live. */
  readonly footer: string;
  nowMs(): number;
}

/** Every event to the log, and what matters to the channel; a failure of Discord ends in the log. */
export const createDiscordNotifier = ({ webhookUrl, discord, logger, footer, nowMs }: DiscordNotifierSettings): Notifier => ({
  async notify(event: DomainEvent) {
    logger.info("event", logFieldsOf(event));
    const message = eventMessage(event, nowMs(), footer);
    if (message === undefined || webhookUrl === "") return;
    const delivered = await discord.post(webhookUrl, message);
    if (!delivered.ok)
      logger.error("notification dropped", { event: event.type, kind: delivered.failure.kind, reason: delivered.failure.reason });
  },
});

/** Flat fields; a list becomes its length, because the log has one line an event. */
const logFieldsOf = (event: DomainEvent): Readonly<Record<string, string | number | boolean | undefined>> =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? value.length : typeof value === "number" || typeof value === "boolean" ? value : String(value),
    ]),
  );
