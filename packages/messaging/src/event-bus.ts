import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventBus } from "@winiswin/application/ports/events";
import { type FailedEntry, groupEntries, sendInBatches } from "./send-in-batches.ts";

const limits = { maximumEntries: 10, maximumBytes: 250_000 };

interface Entry {
  readonly detailType: string;
  readonly detail: string;
}

/** The bus of domain events: the detail type is the event's own type, the detail the whole event. */
export function createEventBus({ client, busName, source }: { client: EventBridgeClient; busName: string; source: string }): EventBus {
  async function sendGroup(group: readonly Entry[]): Promise<readonly FailedEntry<Entry>[]> {
    const answer = await client.send(
      new PutEventsCommand({
        Entries: group.map((entry) => ({ EventBusName: busName, Source: source, DetailType: entry.detailType, Detail: entry.detail })),
      }),
    );
    if ((answer.FailedEntryCount ?? 0) === 0) return [];
    // The answer has one entry per event, in their order; only the failed ones carry a code.
    return group.flatMap((entry, index) => {
      const code = answer.Entries?.[index]?.ErrorCode;
      return code === undefined ? [] : [{ entry, code, final: false }];
    });
  }

  return {
    async publish(events) {
      const entries = events.map((event) => ({ detailType: event.type, detail: JSON.stringify(event) }));
      await sendInBatches(
        groupEntries(entries, (entry) => Buffer.byteLength(entry.detail) + entry.detailType.length + source.length, limits),
        sendGroup,
      );
    },
  };
}
