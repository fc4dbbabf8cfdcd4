import type { Clock } from "@winiswin/application/ports/clock";
import type { ErrorRow } from "./error-table.ts";
import type { Failure } from "./failure.ts";

/** Until when nothing may be sent; shared by all clients behind one address, because the exchange counts by address. */
export interface Ban {
  /** The instant at which sending is allowed again; undefined when it is allowed now. */
  activeUntilMs(): number | undefined;
  extendTo(untilMs: number): void;
}

export function createBan(clock: Clock): Ban {
  let untilMs = 0;
  return {
    activeUntilMs: () => (clock.nowMs() < untilMs ? untilMs : undefined),
    extendTo(atMs) {
      untilMs = Math.max(untilMs, atMs);
    },
  };
}

const minuteMs = 60_000;
const shortestBanMs = 2 * minuteMs;

/**
 * When sending may begin again, by our clock: what the message or the Retry-After header states, else the next minute, or two minutes for a
 * real ban.
 */
export function banEndMs(failure: Failure, row: ErrorRow, nowMs: number, clockOffsetMs: number): number {
  // The message states an instant of the exchange's clock; one that is past for us states nothing.
  const statedMs = Number(/banned until (\d{13})/.exec(failure.message)?.[1] ?? 0) - clockOffsetMs;
  if (statedMs > nowMs) return Math.ceil(statedMs);
  if (failure.retryAfterSeconds !== undefined && failure.retryAfterSeconds > 0) return nowMs + failure.retryAfterSeconds * 1000;
  if (row.name === "addressBanned") return nowMs + shortestBanMs;
  return Math.ceil((Math.floor((nowMs + clockOffsetMs) / minuteMs) + 1) * minuteMs - clockOffsetMs);
}
