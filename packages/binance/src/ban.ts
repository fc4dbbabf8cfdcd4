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
// The shortest ban there is; a firewall asks for minutes without saying how many.
const shortestBanMs = 2 * minuteMs;

/** When sending may begin again: what the message or the Retry-After header states, else the next minute, or two minutes for a real ban. */
export function banEndMs(failure: Failure, row: ErrorRow, nowMs: number): number {
  const stated = /banned until (\d{13})/.exec(failure.message)?.[1];
  if (stated !== undefined) return Number(stated);
  if (failure.retryAfterSeconds !== undefined) return nowMs + failure.retryAfterSeconds * 1000;
  if (row.name === "addressBanned" || row.name === "firewall") return nowMs + shortestBanMs;
  return (Math.floor(nowMs / minuteMs) + 1) * minuteMs;
}
