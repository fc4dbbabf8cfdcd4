import type { Position } from "@winiswin/domain/position";
import type { Metrics } from "../metrics.ts";
import type { EventBus } from "../ports/events.ts";
import type { ExchangePosition, OrderGateway } from "../ports/order-gateway.ts";
import type { PositionStore } from "../ports/position-store.ts";

export interface WatchedPorts {
  readonly gateway: OrderGateway;
  readonly positions: PositionStore;
  readonly eventBus: EventBus;
}

/** What a run saw of the account while it worked, told once at its end. */
export interface AccountWatch extends WatchedPorts {
  tell(metrics: Metrics): void;
}

/** The same ports; nothing is asked that was not asked anyway. */
export function watchAccount({ gateway, positions, eventBus }: WatchedPorts): AccountWatch {
  let held: readonly ExchangePosition[] | undefined;
  const stored = new Map<string, Position>();
  const givenUp = new Set<string>();
  const remember = (position: Position) => stored.set(position.intent.positionId, position);
  /** Where the run itself said so, and where the exchange holds something of which our record knows no stop. */
  const unprotected = () =>
    new Set([
      ...givenUp,
      ...[...stored.values()]
        .filter((position) => position.state === "open" && position.stopConfirmedAtMs === undefined)
        .filter(({ intent }) => held?.some(({ symbol }) => symbol === intent.symbol))
        .map(({ intent }) => intent.positionId),
    ]);

  return {
    gateway: {
      ...gateway,
      async positions() {
        held = await gateway.positions();
        return held;
      },
    },
    positions: {
      ...positions,
      async open(bot) {
        const open = await positions.open(bot);
        stored.clear();
        for (const position of open) remember(position);
        return open;
      },
      async update(position) {
        const won = await positions.update(position);
        if (won && position.state === "abandoned") stored.delete(position.intent.positionId);
        else if (won && position.state !== "abandoned") remember(position);
        return won;
      },
      async remove(position) {
        const won = await positions.remove(position);
        if (won) stored.delete(position.intent.positionId);
        return won;
      },
    },
    eventBus: {
      async publish(events) {
        for (const event of events) if (event.type === "PositionUnprotected") givenUp.add(event.positionId);
        await eventBus.publish(events);
      },
    },
    tell(metrics) {
      if (held === undefined) return;
      metrics.record({
        OpenPositions: held.length,
        UnprotectedPositions: unprotected().size,
        GrossExposure: held.reduce((sum, { notional }) => sum + Math.abs(Number(notional.toFixed())), 0),
      });
    },
  };
}
