import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { currentLogger } from "../clock.ts";

/** Handles each message by itself and reports the failed ones, so that only those come again. */
export async function eachMessage(event: SQSEvent, handle: (body: string, messageId: string) => Promise<void>): Promise<SQSBatchResponse> {
  const results = await Promise.allSettled(event.Records.map(async (record) => handle(record.body, record.messageId)));
  const batchItemFailures = results.flatMap((result, index) => {
    if (result.status === "fulfilled") return [];
    const messageId = event.Records[index]?.messageId ?? "";
    currentLogger().error("message failed", {
      messageId,
      reason: result.reason instanceof Error ? (result.reason.stack ?? result.reason.message) : String(result.reason),
    });
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
}
