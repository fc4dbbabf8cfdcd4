import type { Operator } from "@winiswin/application/ports/messages";
import type { Picture } from "@winiswin/application/ports/picture";
import { foreignAwsNames, handlerEnvironment } from "./links.ts";
import { projectTopology } from "./topology.ts";

/**
 * Stores and engines of a state on this machine, for a process that hosts no handlers and only reads.
 *
 * The wiring reads links and settings from the environment of this process, so it is set before the wiring is loaded.
 */
export type StoredBooks = Awaited<ReturnType<typeof openStoredBooks>>;

export async function openStoredBooks(
  urls: { readonly dynamodb: string; readonly queues: string },
  settings: Readonly<Record<string, string>> = {},
) {
  const links = { dynamodbUrl: urls.dynamodb, queuesUrl: urls.queues, eventsUrl: "", queueUrls: {}, functionUrls: {}, secrets: {} };
  for (const name of foreignAwsNames) delete process.env[name];
  Object.assign(process.env, handlerEnvironment(projectTopology, links), settings);
  const [tables, { audit }] = await Promise.all([import("@winiswin/functions/wiring/tables"), import("@winiswin/functions/wiring/audit")]);
  return {
    cycles: tables.cycles(),
    signals: tables.signals(),
    decisions: tables.decisions(),
    features: tables.features(),
    positions: tables.positions(),
    trades: tables.trades(),
    audit: audit(),
    /** What the asking commands read; the exchange and the market are those of the settings. Throws when the settings are wrong. */
    commandContext: async (asked: { readonly askId: string; readonly operator: Operator }) =>
      (await import("@winiswin/functions/wiring/commands")).commandContext(asked),
    png: async (picture: Picture) => (await import("@winiswin/functions/wiring/pictures")).illustrator().png(picture),
    /** Throws when the settings are wrong. */
    engines: async () => {
      const [objects, engines, configuration] = await Promise.all([
        import("@winiswin/functions/wiring/objects"),
        import("@winiswin/functions/wiring/engines"),
        import("@winiswin/functions/wiring/configuration"),
      ]);
      return {
        engineStore: objects.engineStore(),
        engines: engines.engines(),
        shardCount: configuration.configuration().shardCount,
      };
    },
  };
}
