import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@winiswin/application/ports/clock";
import type { AnalysisQueue } from "@winiswin/application/ports/messages";
import { analysisBodyOf, type DelayedAnalysisMessage } from "./message-body.ts";
import { type FailedEntry, groupEntries, sendInBatches } from "./send-in-batches.ts";

/** The longest delay that a queue knows. */
const maximumDelaySeconds = 900;
/** Of one batch call. */
const limits = { maximumEntries: 10, maximumBytes: 250_000 };

interface Entry {
  readonly body: string;
  readonly notBeforeMs: number;
}

/** The queue of the shards; it delays as far as a queue can, and the body carries the instant for the rest. */
export function createAnalysisQueue({ client, queueUrl, clock }: { client: SQSClient; queueUrl: string; clock: Clock }): AnalysisQueue {
  const delaySecondsFor = (notBeforeMs: number) =>
    Math.min(maximumDelaySeconds, Math.max(0, Math.floor(clock.realMsUntil(notBeforeMs) / 1000)));

  async function sendGroup(group: readonly Entry[]): Promise<readonly FailedEntry<Entry>[]> {
    const { Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: group.map((entry, index) => ({
          Id: String(index),
          MessageBody: entry.body,
          DelaySeconds: delaySecondsFor(entry.notBeforeMs),
        })),
      }),
    );
    return (Failed ?? []).flatMap((failure) => {
      const entry = group[Number(failure.Id)];
      return entry === undefined ? [] : [{ entry, code: failure.Code ?? "unknown", final: failure.SenderFault === true }];
    });
  }

  async function sendAll(messages: readonly DelayedAnalysisMessage[]): Promise<void> {
    const entries = messages.map((message) => ({ body: analysisBodyOf(message), notBeforeMs: message.notBeforeMs }));
    await sendInBatches(
      groupEntries(entries, (entry) => Buffer.byteLength(entry.body), limits),
      sendGroup,
    );
  }

  return { sendAll, send: (message, notBeforeMs) => sendAll([{ message, notBeforeMs }]) };
}
