import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@winiswin/application/ports/clock";
import type { EventBridgeEvent } from "aws-lambda";
import { z } from "zod";
import { invokeAsynchronously } from "./asynchronous-invocation.ts";
import { type Authorization, accessDenied } from "./authorization.ts";
import type { InvocationResult } from "./lambda.ts";
import { type Listening, listenWith } from "./listen.ts";
import { accountId, credentials, isoSeconds, region } from "./local-aws.ts";
import type { RuleDescription, Topology } from "./topology.ts";

export type BusEvent = EventBridgeEvent<string, unknown>;

export interface Bus extends Listening {
  /** Deliveries that are under way; one that waits for its next try does not count. */
  delivering(): number;
}

export interface BusOptions {
  readonly port: number;
  readonly topology: Pick<Topology, "rules" | "busName" | "eventSource"> & Partial<Pick<Topology, "schedules">>;
  readonly clock: Clock;
  readonly authorization?: Authorization;
  readonly queuesEndpoint: string;
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  readonly onEvent?: (event: BusEvent) => void;
  readonly onChange?: () => void;
  /** A function that failed at every try. */
  readonly onLost?: (functionName: string, event: BusEvent, reason: string) => void;
}

/** What Lambda does with an asynchronous invocation unless told otherwise; a function with a schedule has the patience of that. */
const patience = { retries: 2, usefulForSeconds: 6 * 3_600 };

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().min(1).optional(),
        DetailType: z.string().min(1).optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().optional(),
        Time: z.number().optional(),
        Resources: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .max(10),
});

type Entry = z.output<typeof putEvents>["Entries"][number];
type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** EventBridge's PutEvents on loopback, routed by the rules; an event is acknowledged when every queue it goes to has it. */
export async function startBus(options: BusOptions): Promise<Bus> {
  const { topology, clock } = options;
  const sqs = new SQSClient({ endpoint: options.queuesEndpoint, region, credentials, useQueueUrlAsEndpoint: false });
  let delivering = 0;

  const whileDelivering = async <Value>(deliver: () => Promise<Value>): Promise<Value> => {
    delivering++;
    try {
      return await deliver();
    } finally {
      delivering--;
      options.onChange?.();
    }
  };

  function eventOf(entry: Entry): BusEvent | { readonly ErrorCode: string; readonly ErrorMessage: string } {
    const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
    const { Source, DetailType, Detail, EventBusName } = entry;
    if (Source === undefined || DetailType === undefined || Detail === undefined) {
      return refuse("InvalidArgument", "Source, DetailType and Detail are required");
    }
    if (EventBusName !== topology.busName) return refuse("ResourceNotFoundException", `There is no bus ${EventBusName ?? "default"}`);
    const detail = jsonObject(Detail);
    if (detail === undefined) return refuse("MalformedDetail", "Detail is malformed");
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": DetailType,
      source: Source,
      account: accountId,
      time: isoSeconds(entry.Time === undefined ? clock.nowMs() : entry.Time * 1000),
      region,
      resources: entry.Resources ?? [],
      detail,
    };
  }

  async function put(entry: Entry): Promise<EntryResult> {
    const event = eventOf(entry);
    if ("ErrorCode" in event) return event;
    options.onEvent?.(event);
    const matching = Object.values(topology.rules).filter((rule) => matches(rule, event));
    try {
      for (const { target } of matching) {
        if ("queue" in target) await sendTo(target.queue, target.messageGroupId, event);
      }
    } catch (error) {
      return { ErrorCode: "InternalFailure", ErrorMessage: error instanceof Error ? error.message : String(error) };
    }
    for (const { target } of matching) {
      if ("function" in target) void invokeFor(target.function, event);
    }
    return { EventId: event.id };
  }

  const matches = (rule: RuleDescription, event: BusEvent): boolean =>
    event.source === topology.eventSource && rule.detailTypes.includes(event["detail-type"]);

  async function sendTo(queue: string, messageGroupId: string, event: BusEvent): Promise<void> {
    const queueUrl = options.queueUrls[queue];
    if (queueUrl === undefined) throw new Error(`There is no queue ${queue}`);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event), MessageGroupId: messageGroupId }));
  }

  async function invokeFor(functionName: string, event: BusEvent): Promise<void> {
    const own = Object.values(topology.schedules ?? {}).find((schedule) => schedule.function === functionName);
    const { retries = patience.retries, usefulForSeconds = patience.usefulForSeconds } = own ?? {};
    // An invocation tells by itself when it rests: one that sleeps on the clock must not keep the clock from going on.
    const result = await invokeAsynchronously({ functionName, event, retries, usefulForSeconds }, options.invoke, clock);
    if (result.status !== "succeeded") options.onLost?.(functionName, event, result.error.message);
  }

  const listening = await listenWith(
    (request, response) => {
      const answer = (status: number, body: unknown) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
        response.end(JSON.stringify(body));
      };
      const serve = async () => {
        if (request.headers["x-amz-target"] !== "AWSEvents.PutEvents") {
          answer(400, { __type: "UnknownOperationException", message: "Only PutEvents is known here" });
          return;
        }
        const body = await text(request);
        const call = options.authorization?.callOf({ method: "POST", path: "/", target: "AWSEvents.PutEvents", body });
        const refusal = options.authorization?.judge(options.authorization.callerOf(request.headers), call);
        if (refusal !== undefined) {
          answer(400, accessDenied(refusal));
          return;
        }
        const parsed = putEvents.safeParse(JSON.parse(body));
        if (!parsed.success) {
          answer(400, { __type: "ValidationException", message: z.prettifyError(parsed.error) });
          return;
        }
        const results: EntryResult[] = [];
        // One after the other: events of one call arrive in their order.
        for (const entry of parsed.data.Entries) results.push(await put(entry));
        answer(200, { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results });
      };
      void whileDelivering(serve).catch((error: unknown) => answer(500, { __type: "InternalException", message: String(error) }));
    },
    options.port,
    "events",
  );

  return {
    ...listening,
    delivering: () => delivering,
    async stop() {
      await listening.stop();
      sqs.destroy();
    },
  };
}

function jsonObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
