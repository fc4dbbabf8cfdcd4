// The process of the emulators: started by spawnEmulators, spoken to by messages, ended with whoever started it.
import type { FromEmulators, ToEmulators } from "./emulator-process.ts";
import { type Emulators, startEmulators } from "./emulators.ts";
import { StartError } from "./start-error.ts";

const answer = (message: FromEmulators) => process.send?.(message);

let emulators: Emulators | undefined;

async function follow(message: ToEmulators): Promise<void> {
  switch (message.kind) {
    case "start": {
      emulators = await startEmulators({ ...message.topology, scheduleEvent: () => ({}) }, message.options, (refusal) =>
        answer({ kind: "refused", refusal }),
      );
      const { dynamodbUrl, queuesUrl, queueUrls } = emulators;
      answer({ kind: "started", dynamodbUrl, queuesUrl, queueUrls });
      return;
    }
    case "count":
      answer({ kind: "counts", counts: (await emulators?.queueCounts()) ?? {} });
      return;
    case "usage":
      answer({ kind: "used", usage: (await emulators?.usage()) ?? [] });
      return;
    case "stop":
      await emulators?.stop();
      answer({ kind: "stopped" });
  }
}

process.on("message", (message: ToEmulators) => {
  follow(message).catch((error: unknown) => {
    const failure = error instanceof Error ? error : new Error(String(error));
    answer({ kind: "failed", message: failure.message, exitCode: failure instanceof StartError ? failure.exitCode : undefined });
  });
});
process.on("disconnect", () => process.exit(0));
