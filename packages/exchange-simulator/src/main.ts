import { StartFailure } from "./live/start-failure.ts";
import { startExchangeSimulator } from "./simulator.ts";

/**
 * The simulator as a process of its own: `node main.ts '<options as JSON>'`.
 *
 * Prints one JSON line {"url","apiKey","apiSecret"} on stdout when it is ready; SIGTERM and SIGINT stop it. What cannot start says so in one
 * sentence on stderr and exits with 1, or with 75 when the followed exchange may be there later.
 */
async function main(): Promise<void> {
  const text = process.argv[2];
  if (text === undefined)
    throw new Error(
      'The exchange simulator needs its options as one JSON object, such as {"market":{"kind":"generated","seed":1},"clock":{"kind":"real"}}.',
    );
  const simulator = await startExchangeSimulator(parseJson(text));
  process.stdout.write(`${JSON.stringify({ url: simulator.url, apiKey: simulator.apiKey, apiSecret: simulator.apiSecret })}\n`);
  const stop = (): void => {
    simulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function parseJson(text: string): Parameters<typeof startExchangeSimulator>[0] {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("The exchange simulator's options are not valid JSON.");
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StartFailure ? error.exitCode : 1;
});
