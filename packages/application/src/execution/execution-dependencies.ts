import type { Configuration } from "../configuration.ts";
import type { Clock } from "../ports/clock.ts";
import type { ControlStore } from "../ports/control-store.ts";
import type { CycleStore } from "../ports/cycle-store.ts";
import type { DecisionStore } from "../ports/decision-store.ts";
import type { InstrumentStore } from "../ports/engine-store.ts";
import type { EventBus } from "../ports/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { MarketData } from "../ports/market-data.ts";
import type { OrderGateway } from "../ports/order-gateway.ts";
import type { OrderStore } from "../ports/order-store.ts";
import type { PositionStore, TradeStore } from "../ports/position-store.ts";
import type { SignalStore } from "../ports/signal-store.ts";

/** What the execution and the guard both need: they drive the same positions by the same steps. */
export interface ExecutionDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly gateway: OrderGateway;
  readonly positions: PositionStore;
  readonly orders: OrderStore;
  readonly trades: TradeStore;
  readonly control: ControlStore;
  readonly eventBus: EventBus;
  readonly marketData: MarketData;
  readonly instruments: InstrumentStore;
  readonly configuration: Configuration;
  /** Who asks for the account's lease: the same for every delivery of the same work, so that it goes on at once after a crash. */
  readonly holder: string;
}

export interface ExecuteDependencies extends Omit<ExecutionDependencies, "gateway"> {
  /** Undefined without keys: then signals are recorded and nothing can be sent. */
  readonly gateway: OrderGateway | undefined;
  /** Why nothing may be entered with this key; what is open is managed all the same. */
  readonly keyRefusal?: string | undefined;
  readonly marketData: MarketData;
  readonly cycles: CycleStore;
  readonly signals: SignalStore;
  readonly decisions: DecisionStore;
  readonly instruments: InstrumentStore;
}

/** With an account that orders can be sent for. */
export type TradingDependencies = ExecuteDependencies & { readonly gateway: OrderGateway };
