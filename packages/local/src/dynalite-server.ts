import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import dynalite from "dynalite";
import { Level } from "level";
import { type Authorization, accessDenied } from "./authorization.ts";
import { type Listening, listenOn } from "./listen.ts";
import { StartError } from "./start-error.ts";
import type { UsageCounter } from "./usage.ts";

const attempts = 30;
const pauseMs = 100;

/** DynamoDB on loopback, its tables in the folder, each call judged first; throws StartError when the folder is held by another process or cannot be read. */
export async function startDynaliteServer({
  port,
  stateFolder,
  authorization,
  usage,
}: {
  port: number;
  stateFolder: string;
  authorization: Authorization;
  usage: UsageCounter;
}): Promise<Listening> {
  await requireReadable(stateFolder);
  const server = dynalite({ path: stateFolder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const [serve] = server.listeners("request") as [RequestListener];
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    judged(request, response, authorization, usage).then(
      (mayGoOn) => mayGoOn && serve(mayGoOn, response),
      () => response.destroy(),
    );
  });
  return listenOn(server, port, "tables");
}

/** The request again, its body unread and asking what it costs; undefined when it was refused. */
async function judged(
  request: IncomingMessage,
  response: ServerResponse,
  authorization: Authorization,
  usage: UsageCounter,
): Promise<IncomingMessage | undefined> {
  const text = (await buffer(request)).toString();
  const { method = "", url = "", headers } = request;
  const functionName = authorization.callerOf(headers);
  const call = authorization.callOf({ method, path: url, target: String(headers["x-amz-target"] ?? ""), body: text });
  const refusal = authorization.judge(functionName, call);
  if (refusal !== undefined) {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(accessDenied(refusal)));
    return undefined;
  }
  const body = call !== undefined && billedActions.has(call.action) ? text.replace("{", '{"ReturnConsumedCapacity":"TOTAL",') : text;
  const end = response.end.bind(response);
  response.end = ((answer?: unknown, ...rest: never[]) => {
    const said = typeof answer === "string" ? answer : "";
    usage.add(functionName, call, {
      sentBytes: Buffer.byteLength(text),
      receivedBytes: Buffer.byteLength(said),
      capacityUnits: unitsIn(said),
    });
    return end(answer, ...rest);
  }) as ServerResponse["end"];
  return Object.assign(Readable.from([Buffer.from(body)]), { method, url, headers }) as unknown as IncomingMessage;
}

const billedActions = new Set(["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"]);

/** What the emulator says that AWS would charge, a failed condition included: that costs a write as well. */
function unitsIn(answer: string): number {
  const stated = [...answer.matchAll(/"CapacityUnits":([\d.]+)/g)].reduce((sum, [, units]) => sum + Number(units), 0);
  return stated === 0 && answer.includes("ConditionalCheckFailed") ? 1 : stated;
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
