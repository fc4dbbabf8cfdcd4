import { tellPeople } from "@winiswin/application/notifications/tell-people";
import { parseDomainEvent } from "@winiswin/discord/parse-event";
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { currentLogger } from "../clock.ts";
import { measured } from "../wiring/metrics.ts";
import { telling } from "../wiring/notification.ts";

/** Events of ours come by their queue, a batch at a time; an alarm of CloudWatch wakes it directly. */
export const handler = measured("notify", async (event: SQSEvent | EventBridgeEvent<string, unknown>): Promise<SQSBatchResponse> => {
  if ("Records" in event) {
    const again = await tellPeople(event.Records.flatMap(deliveredOf), telling());
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  }
  const again = await tellPeople([{ messageId: event.id, event: parseDomainEvent(event.detail), isRepeated: false }], telling());
  if (again.length > 0) throw new Error("a channel could not take it now");
  return { batchItemFailures: [] };
});

/** What cannot be read would hold back everything behind it, so it ends in the log. */
function deliveredOf({ messageId, body, attributes }: SQSRecord) {
  try {
    const { detail } = JSON.parse(body) as { readonly detail: unknown };
    return [{ messageId, event: parseDomainEvent(detail), isRepeated: attributes.ApproximateReceiveCount !== "1" }];
  } catch (error) {
    currentLogger().error("event not understood", { messageId, reason: error instanceof Error ? error.message : String(error) });
    return [];
  }
}
