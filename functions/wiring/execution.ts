import { auditedControl } from "@winiswin/application/audit/audited-control";
import { auditedOrders } from "@winiswin/application/audit/audited-orders";
import { auditedPositions, auditedTrades } from "@winiswin/application/audit/audited-positions";
import type { ExecutionDependencies } from "@winiswin/application/execution/execution-dependencies";
import { toldOrLogged } from "@winiswin/application/execution/telling";
import { measureRisk } from "@winiswin/application/metrics/risk-metrics";
import { currentClock, currentLogger } from "../clock.ts";
import { audit } from "./audit.ts";
import { configuration } from "./configuration.ts";
import { eventBus } from "./events.ts";
import { tradingMarketData } from "./exchange.ts";
import { currentMetrics } from "./metrics.ts";
import { instruments } from "./objects.ts";
import { control, orders, positions, trades } from "./tables.ts";

/** What the executor and the guard have in common; the holder of the account's lease is named after the message or the minute, so that a repetition after a crash goes on at once. */
export const execution = (holder: string): Omit<ExecutionDependencies, "gateway"> => ({
  holder,
  clock: currentClock(),
  logger: currentLogger(),
  positions: auditedPositions(positions(), audit(), currentClock(), currentLogger()),
  orders: auditedOrders(orders(), audit(), currentClock(), currentLogger()),
  trades: auditedTrades(trades(), audit(), currentLogger()),
  control: measureRisk(auditedControl(control(), audit, currentClock(), currentLogger()), currentMetrics()),
  eventBus: toldOrLogged(eventBus(), currentLogger()),
  marketData: tradingMarketData(),
  instruments: instruments(),
  configuration: configuration(),
});
