import type { Metrics } from "../metrics.ts";
import type { EventBus } from "../ports/events.ts";

/** The same bus; what closed is also counted. */
export function measureEvents(bus: EventBus, metrics: Metrics): EventBus {
  return {
    async publish(events) {
      await bus.publish(events);
      const profits = events.flatMap((event) => (event.type === "PositionClosed" ? [Number(event.netProfit)] : []));
      if (profits.length > 0)
        metrics.record({ TradesClosed: profits.length, RealisedProfit: profits.reduce((sum, profit) => sum + profit, 0) });
    },
  };
}
