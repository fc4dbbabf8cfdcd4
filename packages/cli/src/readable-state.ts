import { devNull } from "node:os";
import { configurationFileVariable } from "@winiswin/application/configuration";
import { StartError } from "@winiswin/local";
import type { BoundAccount } from "@winiswin/local/account-binding";
import { openStoppedState } from "@winiswin/local/stopped-state";
import { openStoredBooks, type StoredBooks } from "@winiswin/local/stored-books";
import { z } from "zod";
import { CommandFailure } from "./command-failure.ts";
import { findConfigurationFile } from "./configuration-file.ts";
import type { CommandContext } from "./context.ts";
import { exitCodes } from "./exit-code.ts";
import { readRunning } from "./running-system.ts";

/** What is stored on a folder, of a system that runs there or of one that ran. */
export interface ReadableState {
  readonly books: StoredBooks;
  /** The market of a system may be years away from the clock of this machine. */
  marketNowMs(): Promise<number>;
  /** What is known of one that does not run; undefined while it runs. */
  readonly stopped: { readonly account: BoundAccount | undefined; readonly isSimulatedTime: boolean } | undefined;
}

const timeoutMs = 5_000;
/** Nothing answers there: without a running system no exchange is asked. */
const nowhere = "http://127.0.0.1:1";

/** Reads from the running system, or from what is stored while nothing else may start on it; throws when there is neither. */
export async function withReadableState<Value>(
  stateFolder: string,
  context: CommandContext,
  use: (state: ReadableState) => Promise<Value>,
  startHint = "Start it with npm start, or name its folder with --state.",
): Promise<Value> {
  const settings = { [configurationFileVariable]: findConfigurationFile(context)?.path ?? devNull };
  const running = readRunning(stateFolder);
  if (running !== undefined) {
    const books = await openStoredBooks(running.urls, settings);
    return use({ books, marketNowMs: () => exchangeTimeMs(running.urls.exchange), stopped: undefined });
  }
  const state = await stoppedStateOn(stateFolder, startHint);
  try {
    context.terminal.say(context.terminal.colours.dim(`Nothing is running on ${stateFolder}: this is what is stored there.`));
    const books = await openStoredBooks(state.urls, { ...settings, BINANCE_BASE_URL: nowhere });
    const { account, simulatedNowMs } = state;
    return await use({
      books,
      marketNowMs: async () => simulatedNowMs ?? Date.now(),
      stopped: { account, isSimulatedTime: simulatedNowMs !== undefined },
    });
  } finally {
    await state.close();
  }
}

async function stoppedStateOn(stateFolder: string, startHint: string) {
  try {
    const state = await openStoppedState(stateFolder);
    if (state !== undefined) return state;
  } catch (error) {
    if (error instanceof StartError) throw new CommandFailure(error.message, "", error.exitCode);
    throw error;
  }
  throw new CommandFailure(`Nothing is running on ${stateFolder}, and nothing is stored there.`, startHint, exitCodes.notFound);
}

const serverTime = z.object({ serverTime: z.number() });

async function exchangeTimeMs(exchangeUrl: string): Promise<number> {
  const response = await fetch(new URL("/fapi/v1/time", exchangeUrl), { signal: AbortSignal.timeout(timeoutMs) });
  return serverTime.parse(await response.json()).serverTime;
}
