import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { z } from "zod";
import type { InvocationResult } from "./lambda.ts";
import { credentials, queueArn, region } from "./local-aws.ts";
import { type QueueDescription, wireNameOf } from "./topology.ts";

const longPollSeconds = 20;
const pauseAfterFailureMs = 200;
/** For how many real seconds the emulator keeps a message that waits for another clock; a restart brings it back at once. */
const keptSeconds = 3_600;

export interface EventSourceMapping {
  /** Messages that a running invocation holds. */
  held(): number;
  /** True when it would not take another message now, because as many invocations run as may. */
  full(): boolean;
  /** True while it settles what invocations have finished with. */
  settling(): boolean;
  /** Takes no more messages; those that are being worked on go on. */
  stopPolling(): Promise<void>;
  /** Ends the connection: what is still being worked on comes back in the next run. */
  close(): void;
}

export interface EventSourceMappingOptions {
  readonly queue: string;
  readonly description: QueueDescription;
  readonly queueUrl: string;
  readonly endpoint: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  /** After how many real seconds a failed message comes back; undefined leaves it to the visibility timeout, as Lambda does. */
  readonly retryAfterSeconds?: number | undefined;
  /** Resolves when the visibility timeout has passed on a clock that is not the emulator's; only then does a failed message come back. */
  readonly timeoutPassed?: (() => Promise<void>) | undefined;
  readonly onChange?: () => void;
  /** Why the handler gave a message back, as far as it said so. */
  readonly reasonOf?: (messageId: string) => string | undefined;
  readonly onFailure?: (queue: string, messageIds: readonly string[], reason: string) => void;
}

/** Polls a queue and invokes its subscriber, as Lambda's event source mapping does: batches, concurrency, partial batch responses. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const { description, queue, queueUrl } = options;
  const { batchSize, maximumConcurrency, function: functionName } = description.subscriber;
  const client = new SQSClient({ endpoint: options.endpoint, region, credentials, useQueueUrlAsEndpoint: false });
  const arn = queueArn(wireNameOf(queue, description.fifo));
  const stopped = new AbortController();
  const work = new Set<Promise<void>>();
  let held = 0;
  let settling = 0;
  let freed: (() => void) | undefined;

  async function receive(): Promise<readonly Message[]> {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, batchSize),
        WaitTimeSeconds: longPollSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
      { abortSignal: stopped.signal },
    );
    return Messages ?? [];
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    held += messages.length;
    const result = await options.invoke(functionName, { Records: messages.map((message) => recordOf(message, arn)) });
    held -= messages.length;
    settling++;
    try {
      const { failedIds, reason } = failuresOf(result, messages, description.fifo);
      const [failed, done] = split(messages, (message) => failedIds.has(message.MessageId ?? ""));
      const told = [...new Set([...failedIds].flatMap((id) => options.reasonOf?.(id) ?? []))];
      if (failed.length > 0) options.onFailure?.(queue, [...failedIds], told.length === 0 ? reason : told.join("; "));
      await remove(done);
      if (failed.length > 0) await giveBack(failed);
    } catch (error) {
      // What is not deleted comes back by itself: at least once is all that a queue promises.
      options.onFailure?.(queue, messages.map(idOf), `could not be settled: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      settling--;
      options.onChange?.();
    }
  }

  /** Failed messages come back after their timeout; waiting for it takes up no concurrency. */
  async function giveBack(messages: readonly Message[]): Promise<void> {
    const { retryAfterSeconds, timeoutPassed } = options;
    if (retryAfterSeconds === undefined) return;
    if (timeoutPassed === undefined) return postpone(messages, retryAfterSeconds);
    await postpone(messages, keptSeconds);
    held += messages.length;
    void timeoutPassed()
      .then(() => {
        held -= messages.length;
        return stopped.signal.aborted ? undefined : postpone(messages, retryAfterSeconds);
      })
      .catch((error: unknown) => options.onFailure?.(queue, messages.map(idOf), `could not be given back: ${String(error)}`))
      .finally(() => options.onChange?.());
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle ?? "" }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }

  async function postpone(messages: readonly Message[], seconds: number): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle ?? "",
      VisibilityTimeout: seconds,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (work.size >= maximumConcurrency) {
        await new Promise<void>((resolve) => {
          freed = resolve;
        });
        continue;
      }
      const messages = await receive().catch(async () => {
        if (!stopped.signal.aborted) await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
        return [];
      });
      if (messages.length === 0) continue;
      if (stopped.signal.aborted) {
        await postpone(messages, 1).catch(() => undefined);
        return;
      }
      const handling = handle(messages).finally(() => {
        work.delete(handling);
        freed?.();
        options.onChange?.();
      });
      work.add(handling);
    }
  }

  const polling = poll();
  return {
    held: () => held,
    full: () => work.size >= maximumConcurrency,
    settling: () => settling > 0,
    async stopPolling() {
      stopped.abort();
      freed?.();
      await polling;
    },
    close: () => client.destroy(),
  };
}

const idOf = (message: Message): string => message.MessageId ?? "";

const partialResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** Which messages failed: all of them when the handler threw, overran its time or answered something that is no partial batch response. */
function failuresOf(
  result: InvocationResult,
  messages: readonly Message[],
  fifo: boolean,
): { readonly failedIds: ReadonlySet<string>; readonly reason: string } {
  const all = new Set(messages.map(idOf));
  if (result.status !== "succeeded") return { failedIds: all, reason: result.error.message };
  if (result.value === undefined || result.value === null) return { failedIds: new Set(), reason: "" };
  const parsed = partialResponse.safeParse(result.value);
  if (!parsed.success) return { failedIds: all, reason: "the answer is no partial batch response" };
  const failed = new Set((parsed.data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier));
  if ([...failed].some((id) => !all.has(id))) return { failedIds: all, reason: "the answer names a message that was not in the batch" };
  return { failedIds: fifo ? withLaterOnes(failed, messages) : failed, reason: "reported by the handler, the log says why" };
}

/** In a group of a FIFO queue nothing may overtake a failed message. */
function withLaterOnes(failed: ReadonlySet<string>, messages: readonly Message[]): ReadonlySet<string> {
  const stoppedGroups = new Set<string | undefined>();
  return new Set(
    messages
      .filter((message) => {
        const group = message.Attributes?.MessageGroupId;
        if (failed.has(idOf(message))) stoppedGroups.add(group);
        return stoppedGroups.has(group);
      })
      .map(idOf),
  );
}

function split<Item>(items: readonly Item[], holds: (item: Item) => boolean): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

function recordOf(message: Message, eventSourceARN: string): SQSRecord {
  return {
    messageId: idOf(message),
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: { ...message.Attributes } as unknown as SQSRecord["attributes"],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
        name,
        {
          dataType: attribute.DataType ?? "String",
          ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
          ...(attribute.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(attribute.BinaryValue).toString("base64") }),
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: region,
  };
}
