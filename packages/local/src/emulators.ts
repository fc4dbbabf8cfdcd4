import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createAuthorization, type Refusal } from "./authorization.ts";
import { startDynaliteServer } from "./dynalite-server.ts";
import { type QueueCounts, startFauxqsServer } from "./fauxqs-server.ts";
import { ensureResources, type QueueUrls } from "./resources.ts";
import type { Topology } from "./topology.ts";
import { createUsageCounter, type Usage } from "./usage.ts";

export interface EmulatorOptions {
  readonly stateFolder: string;
  readonly dynamodbPort: number;
  readonly queuesPort: number;
}

export interface Emulators {
  readonly dynamodbUrl: string;
  /** SQS and S3 share a server. */
  readonly queuesUrl: string;
  readonly queueUrls: QueueUrls;
  /** By the queue's name on the wire. */
  queueCounts(): Promise<Readonly<Record<string, QueueCounts>>>;
  /** What AWS would bill, counted since the start. */
  usage(): Promise<readonly Usage[]>;
  stop(): Promise<void>;
}

/** Starts the emulators in this process and creates what the topology names. */
export async function startEmulators(
  topology: Topology,
  options: EmulatorOptions,
  onRefusal?: (refusal: Refusal) => void,
): Promise<Emulators> {
  const authorization = createAuthorization(topology, onRefusal);
  const usage = createUsageCounter();
  const tablesFolder = join(options.stateFolder, "tables");
  mkdirSync(tablesFolder, { recursive: true });
  const dynamodb = await startDynaliteServer({ port: options.dynamodbPort, stateFolder: tablesFolder, authorization, usage });
  try {
    const queues = await startFauxqsServer({
      port: options.queuesPort,
      stateFolder: join(options.stateFolder, "queues"),
      authorization,
      usage,
    });
    const stop = async () => {
      await Promise.all([dynamodb.stop(), queues.stop()]);
    };
    try {
      const queueUrls = await ensureResources(topology, { dynamodbUrl: dynamodb.url, queuesUrl: queues.url });
      return {
        dynamodbUrl: dynamodb.url,
        queuesUrl: queues.url,
        queueUrls,
        queueCounts: async () => queues.queueCounts(),
        usage: async () => usage.all(),
        stop,
      };
    } catch (error) {
      await queues.stop();
      throw error;
    }
  } catch (error) {
    await dynamodb.stop();
    throw error;
  }
}
