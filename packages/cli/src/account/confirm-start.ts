import { CommandFailure, usageFailure } from "../command-failure.ts";
import type { Terminal } from "../terminal.ts";

const expectedWord = "live";

/** Refused before anything is asked or started: without a terminal nobody could answer. */
export function requireAnswerable(terminal: Pick<Terminal, "canAsk">, isYesGiven: boolean): void {
  if (isYesGiven || terminal.canAsk) return;
  throw usageFailure(
    "--account live asks before it starts, and here is no terminal to answer in.",
    "Add --yes to answer beforehand, once you know what it is about to do.",
  );
}

/** Lets a person type that the start is meant; throws when it is not. */
export async function confirmLiveStart(terminal: Pick<Terminal, "ask" | "say">, isYesGiven: boolean): Promise<void> {
  if (isYesGiven) return terminal.say("Confirmed by --yes.");
  const typed = await terminal.ask(`Type ${expectedWord} to start with this account, anything else ends it here: `);
  if (typed?.trim() === expectedWord) return;
  throw new CommandFailure("Not confirmed: nothing was started and nothing was sent.", "");
}
