export { type Fault, type FaultPlanInput, parseFaultPlan } from "./faults/fault.ts";
export { StartFailure } from "./live/start-failure.ts";
export type { ExchangeSimulatorOptions } from "./options.ts";
export type { ClockOptions, ClockReading, SimulatedClock } from "./simulated-clock.ts";
export { createClock } from "./simulated-clock.ts";
export { type ExchangeSimulator, startExchangeSimulator } from "./simulator.ts";
