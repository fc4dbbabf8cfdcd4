import type { Metrics } from "@winiswin/application/metrics";
import type { EmbeddedClock } from "./clock.ts";
import type { SystemOptions } from "./system-options.ts";

export async function giveClockToFunctions(clock: EmbeddedClock): Promise<void> {
  const { useClock } = await import("@winiswin/functions/clock");
  useClock(clock);
}

export async function giveLoggerToFunctions(log: NonNullable<SystemOptions["onLog"]>): Promise<void> {
  const { useLogger } = await import("@winiswin/functions/clock");
  useLogger({
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
  });
}

export async function giveMetricsToFunctions(record: Metrics["record"]): Promise<void> {
  const { useMetrics } = await import("@winiswin/functions/wiring/metrics");
  useMetrics({ record });
}
