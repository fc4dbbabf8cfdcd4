import { join } from "node:path";
import { readStored, writeWhole } from "@winiswin/local/state-folder";
import { z } from "zod";

/** Which of the latest trades were on the console, kept beside the state: a stop or a kill must not swallow a closing. */
export interface ShownTrades {
  /** Undefined when nothing was ever written down. */
  known(): ReadonlySet<string> | undefined;
  /** Replaces what was known by these position ids. */
  remember(positionIds: readonly string[]): void;
}

const fileName = "shown-trades.json";
const stored = z.object({ positionIds: z.array(z.string()) });

export function shownTradesIn(stateFolder: string): ShownTrades {
  const file = join(stateFolder, fileName);
  return {
    known() {
      const read = readStored(file, stored);
      return read === undefined ? undefined : new Set(read.positionIds);
    },
    remember: (positionIds) => writeWhole(file, JSON.stringify({ positionIds })),
  };
}
