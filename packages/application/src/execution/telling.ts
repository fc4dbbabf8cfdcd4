import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";

/** The same bus, which never throws: whoever trades would rather lose a notification than a stop; what was not told stands in the log. */
export const toldOrLogged = (eventBus: EventBus, logger: Logger): EventBus => ({
  async publish(events) {
    try {
      await eventBus.publish(events);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const event of events) logger.error("event not told", { type: event.type, event: JSON.stringify(event), reason });
    }
  },
});
