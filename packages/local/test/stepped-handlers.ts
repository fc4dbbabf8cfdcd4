// Handlers of the small system that runs step by step: they find everything as the real ones do, by links and endpoints.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@winiswin/application/ports/clock";
import type { EventBridgeEvent, SQSEvent } from "aws-lambda";

interface Hosted {
  clock?: Clock;
  readonly log: string[];
}

const holder = globalThis as { winiswinSteppedHandlers?: Hosted };
export const hosted: Hosted = holder.winiswinSteppedHandlers ?? { log: [] };
holder.winiswinSteppedHandlers = hosted;

interface Links {
  readonly Work: { readonly url: string };
  readonly Rows: { readonly name: string };
  readonly Objects: { readonly name: string };
  readonly Events: { readonly name: string };
  readonly BinanceApiKey: { readonly value: string };
}

const resource = (): Links => JSON.parse(process.env.SST_RESOURCES_JSON ?? "{}") as Links;

const clock = (): Clock => {
  if (hosted.clock === undefined) throw new Error("nobody gave a clock");
  return hosted.clock;
};
const note = (what: string) => hosted.log.push(`${new Date(clock().nowMs()).toISOString().slice(11, 19)} ${what}`);

/** Sends one message that waits 62 seconds and one that waits 120. */
export async function dispatch(event: { time: string }): Promise<void> {
  note(`dispatch ${event.time}`);
  const sqs = new SQSClient({});
  for (const waitSeconds of [62, 120]) {
    const body = JSON.stringify({ dueMs: Date.parse(event.time) + waitSeconds * 1000 });
    await sqs.send(new SendMessageCommand({ QueueUrl: resource().Work.url, MessageBody: body }));
  }
}

export async function work(event: SQSEvent): Promise<void> {
  const { dueMs } = JSON.parse(event.Records[0]?.body ?? "{}") as { dueMs: number };
  await clock().sleepUntil(dueMs);
  note("work");
  const id = new Date(dueMs).toISOString();
  await new DynamoDBClient({}).send(new PutItemCommand({ TableName: resource().Rows.name, Item: { id: { S: id } } }));
  await new S3Client({}).send(new PutObjectCommand({ Bucket: resource().Objects.name, Key: id, Body: "x" }));
  // Asks the exchange between two sleeps, as an order with unknown outcome does.
  for (let tries = 0; tries < 2; tries++) {
    await clock().sleepUntil(clock().nowMs() + 500);
    await fetch(`${process.env.BINANCE_BASE_URL}/fapi/v1/ping`);
  }
  await new EventBridgeClient({}).send(
    new PutEventsCommand({
      Entries: [{ EventBusName: resource().Events.name, Source: "test", DetailType: "Done", Detail: JSON.stringify({ id }) }],
    }),
  );
}

export async function execute(event: SQSEvent): Promise<void> {
  const { detail } = JSON.parse(event.Records[0]?.body ?? "{}") as EventBridgeEvent<string, { id: string }>;
  note(`execute ${detail.id.slice(11, 19)}`);
}

/** Executes, and says so for the cycle of the close before. */
export async function executeCycle(event: SQSEvent): Promise<void> {
  await execute(event);
  const cycleId = new Date(Math.floor(clock().nowMs() / 900_000) * 900_000).toISOString().replace(".000Z", "Z");
  await new EventBridgeClient({}).send(
    new PutEventsCommand({
      Entries: [{ EventBusName: resource().Events.name, Source: "test", DetailType: "CycleExecuted", Detail: JSON.stringify({ cycleId }) }],
    }),
  );
}

/** Woken by an event, it waits for the clock. */
export async function linger(): Promise<void> {
  await clock().sleepUntil(clock().nowMs() + 1000);
  note("lingered");
}

export async function guard(): Promise<void> {
  const response = await fetch(`${process.env.BINANCE_BASE_URL}/fapi/v1/time`);
  const { serverTime } = (await response.json()) as { serverTime: number };
  note(`guard, exchange at ${new Date(serverTime).toISOString().slice(11, 19)}`);
}
