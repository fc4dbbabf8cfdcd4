import type { Clock } from "@winiswin/application/ports/clock";
import type { DomainEventType } from "@winiswin/application/ports/events";
import type { Logger } from "@winiswin/application/ports/logger";
import type { NotificationChannel, NotificationMemory, Told } from "@winiswin/application/ports/notifications";
import { textMessageOf } from "./text-message.ts";

export interface TextMessageSettings {
  /** In the form +491701234567. */
  readonly phoneNumbers: readonly string[];
  /** Messages in a calendar month (UTC) at most, all numbers together. */
  readonly monthlyCap: number;
  readonly memory: Pick<NotificationMemory, "countTextMessage">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
  /** Sends one; rejects when it was not taken. */
  readonly publish: (phoneNumber: string, text: string) => Promise<void>;
}

/** What is worth waking somebody: money without a stop, a protection that stopped everything, and a system that does nothing any more. */
const worthIt: readonly DomainEventType[] = ["PositionUnprotected", "EntriesHalted", "SystemSilent"];

/** Parses "+491701234567, +4366412345678"; throws on anything else. */
export function parsePhoneNumbers(list: string | undefined): readonly string[] {
  const numbers = (list ?? "").split(",").map((number) => number.trim());
  const given = numbers.filter((number) => number !== "");
  if (given.some((number) => !/^\+[1-9]\d{6,14}$/.test(number)))
    throw new Error("a phone number is not in the form +491701234567 (plus sign, country, number, digits only, separated by commas)");
  return given;
}

/**
 * Text messages for the few events that deserve one, at most so many in a month.
 *
 * Each costs money, so none is tried twice: what fails is logged, and the other channels have it too.
 */
export const createTextMessageChannel = (settings: TextMessageSettings): NotificationChannel => ({
  name: "sms",
  async tell(notifications): Promise<Told> {
    const { phoneNumbers, monthlyCap, memory, clock, logger, publish } = settings;
    for (const { view } of notifications.filter(({ type }) => worthIt.includes(type))) {
      for (const phoneNumber of phoneNumbers) {
        try {
          const month = new Date(clock.nowMs()).toISOString().slice(0, 7);
          if (await memory.countTextMessage(month, monthlyCap)) await publish(phoneNumber, textMessageOf(view));
          else logger.error("text message not sent", { reason: `the ${monthlyCap} of ${month} are used up` });
        } catch (error) {
          logger.error("text message not sent", { reason: error instanceof Error ? error.message : String(error) });
        }
      }
    }
    return { outcome: "taken" };
  },
});
