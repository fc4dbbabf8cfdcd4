import { join } from "node:path";
import { z } from "zod";
import type { BoundAccount } from "./account-binding.ts";
import { createAuthorization } from "./authorization.ts";
import { startDynaliteServer } from "./dynalite-server.ts";
import { startFauxqsServer } from "./fauxqs-server.ts";
import { holdStoredState, readStored } from "./state-folder.ts";
import { markName as clockName, lastExecutedIn } from "./time.ts";
import { projectTopology } from "./topology.ts";
import { createUsageCounter } from "./usage.ts";

/** Tables and objects of a state that nothing runs on. */
export interface StoppedState {
  readonly urls: { readonly dynamodb: string; readonly queues: string };
  /** Undefined in what was never used for an account. */
  readonly account: BoundAccount | undefined;
  /** Where the clock of a simulated market stood; undefined where the market's time is the real one. */
  readonly simulatedNowMs: number | undefined;
  close(): Promise<void>;
}

/**
 * Serves the tables and objects of a stored state and wakes nothing else: no schedule, no queue, no exchange, no handler.
 *
 * Undefined when nothing is stored there. While it is open nobody can start on the folder; throws StartError when somebody has.
 */
export async function openStoppedState(stateFolder: string): Promise<StoppedState | undefined> {
  const held = holdStoredState(stateFolder, Date.now());
  if (held === undefined) return undefined;
  const stops: (() => Promise<void> | void)[] = [held.release];
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  const common = { port: 0, authorization: createAuthorization(projectTopology), usage: createUsageCounter() };
  try {
    const tables = await startDynaliteServer({ ...common, stateFolder: join(stateFolder, "tables") });
    stops.push(tables.stop);
    const objects = await startFauxqsServer({ ...common, stateFolder: join(stateFolder, "queues"), keepsInFlight: true });
    stops.push(objects.stop);
    return {
      urls: { dynamodb: tables.url, queues: objects.url },
      account: held.account,
      simulatedNowMs: simulatedNowMs(stateFolder),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The clock is marked every few minutes, so a cycle may be later than the mark. */
function simulatedNowMs(stateFolder: string): number | undefined {
  const marked = readStored(join(stateFolder, clockName), z.object({ nowMs: z.number() }));
  return marked === undefined ? undefined : Math.max(marked.nowMs, lastExecutedIn(stateFolder) ?? 0);
}
