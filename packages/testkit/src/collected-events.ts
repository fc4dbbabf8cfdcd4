import type { DomainEvent, EventBus, Logger } from "@winiswin/application";

/** A bus that only remembers. */
export function collectedEvents(): EventBus & { readonly events: DomainEvent[] } {
  const events: DomainEvent[] = [];
  return {
    events,
    async publish(given) {
      events.push(...given);
    },
  };
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
