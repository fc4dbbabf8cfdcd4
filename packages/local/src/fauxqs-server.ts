import { buildApp } from "fauxqs";
import { type Authorization, accessDenied } from "./authorization.ts";
import { portTaken } from "./listen.ts";
import { region } from "./local-aws.ts";
import { StartError } from "./start-error.ts";
import type { UsageCounter } from "./usage.ts";

interface StoredMessage {
  readonly messageId: string;
}

interface FauxqsQueue {
  readonly name: string;
  persistence?: unknown;
  processTimers(): void;
  inspectMessages(): {
    readonly ready: readonly StoredMessage[];
    readonly delayed: readonly StoredMessage[];
    readonly inflight: readonly { readonly message: StoredMessage; readonly receiptHandle: string }[];
  };
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void;
}

interface SqsStore {
  host: string | undefined;
  persistence?: unknown;
  allQueues(): Iterable<FauxqsQueue>;
}

interface Store {
  persistence?: unknown;
}

interface PersistenceManager {
  load(sqs: SqsStore, sns: Store, s3: Store): void;
  close(): void;
}

type BuildAppOptions = NonNullable<Parameters<typeof buildApp>[0]>;

/** Messages of one queue by state: to be had, held back, being worked on. */
export interface QueueCounts {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

export interface FauxqsServer {
  readonly url: string;
  readonly port: number;
  /** By the queue's name on the wire. */
  queueCounts(): Readonly<Record<string, QueueCounts>>;
  stop(): Promise<void>;
}

/**
 * SQS and S3 in one server on loopback, its state in SQLite.
 *
 * The emulator's own start function listens on every interface of the machine, so its parts are put together here. Stored S3 objects
 * are in the database as well: a file written half at a kill -9 would be an object that lies about its length.
 */
export async function startFauxqsServer({
  port,
  stateFolder,
  authorization,
  usage,
  keepsInFlight = false,
}: {
  port: number;
  stateFolder: string;
  authorization: Authorization;
  usage: UsageCounter;
  /** For who reads objects only: no message is made ready for anybody. */
  keepsInFlight?: boolean;
}): Promise<FauxqsServer> {
  const base = import.meta.resolve("fauxqs");
  const part = async (path: string): Promise<Record<string, new (...parameters: readonly unknown[]) => unknown>> =>
    await import(new URL(path, base).href);
  const build = async <Built>(path: string, name: string, ...parameters: readonly unknown[]): Promise<Built> => {
    const Constructor = (await part(path))[name];
    if (Constructor === undefined) throw new Error(`fauxqs has no ${name}: its version must be the one in package.json`);
    return new Constructor(...parameters) as Built;
  };

  const sqsStore = await build<SqsStore>("./sqs/sqsStore.js", "SqsStore");
  const snsStore = await build<Store>("./sns/snsStore.js", "SnsStore");
  const s3Store = await build<Store>("./s3/s3Store.js", "S3Store");
  let persistence: PersistenceManager;
  try {
    persistence = await build<PersistenceManager>("./persistence.js", "PersistenceManager", stateFolder);
    persistence.load(sqsStore, snsStore, s3Store);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The queues and objects in ${stateFolder} cannot be read (${reason}): --fresh starts over.`);
  }
  for (const store of [sqsStore, snsStore, s3Store]) store.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  // Without a host of its own it answers with the one that it was asked by, which resolves.
  sqsStore.host = undefined;
  if (!keepsInFlight) releaseInFlight(sqsStore);

  const stores = { sqsStore, snsStore, s3Store } as unknown as NonNullable<BuildAppOptions["stores"]>;
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.addHook("preClose", async () => persistence.close());
  judgeCalls(app, authorization, usage);
  let url: string;
  try {
    url = await app.listen({ port, host: "127.0.0.1" });
  } catch (error) {
    persistence.close();
    throw portTaken(error, port, "queues and objects") ?? error;
  }

  return {
    url,
    port: Number(new URL(url).port),
    queueCounts() {
      const counts: Record<string, QueueCounts> = {};
      for (const queue of sqsStore.allQueues()) {
        queue.processTimers();
        const { ready, delayed, inflight } = queue.inspectMessages();
        counts[queue.name] = { visible: ready.length, delayed: delayed.length, inFlight: inflight.length };
      }
      return counts;
    },
    stop: async () => {
      await app.close();
    },
  };
}

function judgeCalls(app: ReturnType<typeof buildApp>, authorization: Authorization, usage: UsageCounter): void {
  const callOf = ({ method, url, headers, body }: Pick<FastifyRequest, "method" | "url" | "headers" | "body">) => {
    const text = Buffer.isBuffer(body) ? "" : new URLSearchParams(body as Record<string, string>).toString();
    const target = String(headers["x-amz-target"] ?? "");
    return authorization.callOf({ method, path: url, target, body: target === "" ? text : JSON.stringify(body) });
  };
  app.addHook("preHandler", async (request, reply) => {
    const refusal = authorization.judge(authorization.callerOf(request.headers), callOf(request));
    if (refusal === undefined) return undefined;
    if (refusal.call.service !== "s3")
      return reply
        .status(400)
        .type("application/x-amz-json-1.0")
        .send(JSON.stringify(accessDenied(refusal)));
    return reply.status(403).type("application/xml").send(`<Error><Code>AccessDenied</Code><Message>${refusal.sentence}</Message></Error>`);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const call = callOf(request);
    const functionName = authorization.callerOf(request.headers);
    usage.add(functionName, call, { sentBytes: Number(request.headers["content-length"] ?? 0), receivedBytes: lengthOf(payload) });
    if (reply.statusCode !== 404 || call?.service !== "s3" || authorization.mayList(functionName, call)) return payload;
    // As S3 does it: who may not list is not told that an object is absent.
    reply.status(403);
    return "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
  });
}

const lengthOf = (payload: unknown): number => (typeof payload === "string" || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0);

type FastifyRequest = Parameters<Parameters<ReturnType<typeof buildApp>["route"]>[0]["handler"]>[0];

/**
 * What was being worked on when the last run ended is to be had again after a second, instead of after its visibility timeout: whoever
 * held it is gone, because one system alone uses a state folder. (A timeout of 0 makes this emulator lose the message.)
 */
function releaseInFlight(store: SqsStore): void {
  for (const queue of store.allQueues()) {
    for (const { receiptHandle } of queue.inspectMessages().inflight) queue.changeVisibility(receiptHandle, 1);
  }
}
