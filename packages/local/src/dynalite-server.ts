import dynalite from "dynalite";
import { Level } from "level";
import { type Listening, listenOn } from "./listen.ts";
import { StartError } from "./start-error.ts";

const attempts = 30;
const pauseMs = 100;

/** DynamoDB on loopback, its tables in the folder; throws StartError when the folder is held by another process or cannot be read. */
export async function startDynaliteServer({ port, stateFolder }: { port: number; stateFolder: string }): Promise<Listening> {
  await requireReadable(stateFolder);
  return listenOn(dynalite({ path: stateFolder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }), port, "tables");
}

/** The emulator itself would open the store behind the first request and end its process when it cannot. */
async function requireReadable(stateFolder: string): Promise<void> {
  let reason = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const store = new Level(stateFolder);
    try {
      await store.open();
      await store.close();
      return;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      reason = cause instanceof Error ? cause.message : String(cause);
      // The killed process of the last run may need a moment to let go of its lock.
      if (!(cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED")) break;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  throw new StartError(`The tables in ${stateFolder} cannot be opened (${reason}): --fresh starts over.`);
}
