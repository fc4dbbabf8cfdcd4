import type { ExecutionDependencies } from "@winiswin/application/execution/execution-dependencies";
import { currentClock, currentLogger } from "../clock.ts";
import { configuration } from "./configuration.ts";
import { eventBus } from "./events.ts";
import { control, orders, positions, trades } from "./tables.ts";

/** What the executor and the guard have in common. */
export const execution = (): Omit<ExecutionDependencies, "gateway"> => ({
  clock: currentClock(),
  logger: currentLogger(),
  positions: positions(),
  orders: orders(),
  trades: trades(),
  control: control(),
  eventBus: eventBus(),
  configuration: configuration(),
});
