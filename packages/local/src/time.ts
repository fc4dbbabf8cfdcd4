import { join } from "node:path";
import { z } from "zod";
import { createAcceleratedClock, createSteppedClock, type EmbeddedClock, type SteppedClock } from "./clock.ts";
import type { ExchangeProcess } from "./exchange-process.ts";
import { readStored, writeWhole } from "./state-folder.ts";
import type { SystemOptions } from "./system-options.ts";

/** Stepped clocks remember the last instant here: only changes of the account are written down by the exchange. */
export const markName = "clock.json";
const leadMs = 90_000;
const candleMs = 900_000;

/** How the exchange simulator is told to keep time; a stored state goes on where it was. */
export function exchangeClockFor({ speed, market, fromMs }: SystemOptions, realNowMs: number): unknown {
  // Just before the next dispatch, so that the first cycle is seen soon.
  const startMs = fromMs ?? (Math.floor(realNowMs / candleMs) + 1) * candleMs - leadMs;
  if (speed === "max") return { kind: "stepped", startMs };
  if (speed === 1 && market.kind !== "recorded" && fromMs === undefined) return { kind: "real" };
  return { kind: "accelerated", startMs, speed };
}

/** The clock of the handlers, in step with the exchange's. */
export async function clockLike(exchange: ExchangeProcess, stateFolder: string): Promise<EmbeddedClock | SteppedClock> {
  const reading = await exchange.clock();
  switch (reading.kind) {
    case "real":
      // A simulator that follows a real exchange shows that exchange's time, which this machine's clock may be a little off.
      return createAcceleratedClock(reading, Date.now, "real");
    case "accelerated":
      return createAcceleratedClock(reading);
    case "stepped": {
      const stored = readStored(join(stateFolder, markName), z.object({ nowMs: z.number() }));
      const nowMs = Math.max(reading.nowMs, stored?.nowMs ?? 0);
      if (nowMs > reading.nowMs) await exchange.advanceTo(nowMs);
      return createSteppedClock(nowMs);
    }
  }
}

export const markClock = (stateFolder: string, nowMs: number): void => writeWhole(join(stateFolder, markName), JSON.stringify({ nowMs }));

const executedName = "executed.json";

/** The close of the last cycle that was executed, over all runs on this state. */
export const lastExecutedIn = (stateFolder: string): number | undefined =>
  readStored(join(stateFolder, executedName), z.object({ closeTimeMs: z.number() }))?.closeTimeMs;

export const markExecuted = (stateFolder: string, closeTimeMs: number): void =>
  writeWhole(join(stateFolder, executedName), JSON.stringify({ closeTimeMs }));

/**
 * After how many real seconds a failed message comes back, so that a timeout lasts as long on the clock as on AWS; undefined for real time.
 *
 * On a stepped clock the timeout passes on that clock first, and then the emulator needs a moment.
 */
export function retryAfterSeconds(clock: EmbeddedClock, visibilityTimeoutSeconds: number): number | undefined {
  if (clock.kind === "real" || clock.speed === 1) return undefined;
  // A timeout of 0 would make the emulator lose the message.
  return clock.kind === "stepped" ? 1 : Math.max(1, Math.ceil(visibilityTimeoutSeconds / clock.speed));
}
