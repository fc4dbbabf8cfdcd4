import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { NotificationMemory } from "@winiswin/application/ports/notifications";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { expiresAt, isoTime, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

const repetitionItem = z.object({ toldAtMs: z.number(), times: z.number(), suppressed: z.number(), nextAtMs: z.number() });
const takenItem = z.object({ channels: z.array(z.string()) });

/** As rows of the table of controls: what was told lately, who has a message already, and how many text messages a month has had. */
export function createNotificationMemory({ client, tableName }: Table): NotificationMemory {
  const read = async (name: string) =>
    (await client.send(new GetCommand({ TableName: tableName, Key: { name }, ConsistentRead: true }))).Item;
  const write = (item: Record<string, unknown>) => client.send(new PutCommand({ TableName: tableName, Item: item }));

  return {
    async repetition(fingerprint) {
      const item = await read(`repetition#${fingerprint}`);
      return item === undefined ? undefined : parseItem(repetitionItem, item, `the repetition ${fingerprint} in Control`);
    },

    async keepRepetition(fingerprint, repetition) {
      await write({
        name: `repetition#${fingerprint}`,
        ...repetition,
        toldAt: isoTime(repetition.toldAtMs),
        expiresAt: expiresAt(repetition.nextAtMs, 2),
      });
    },

    async takenBy(messageId) {
      const item = await read(`notified#${messageId}`);
      return new Set(item === undefined ? [] : parseItem(takenItem, item, `the notified channels of ${messageId} in Control`).channels);
    },

    async keepTaken(messageId, channels, atMs) {
      await write({ name: `notified#${messageId}`, channels: [...new Set(channels)], at: isoTime(atMs), expiresAt: expiresAt(atMs, 7) });
    },

    countTextMessage: async (month, cap) =>
      cap >= 1 &&
      (await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name: `textMessages#${month}` },
            UpdateExpression: "ADD #count :one",
            ConditionExpression: "attribute_not_exists(#count) OR #count < :cap",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":one": 1, ":cap": cap },
          }),
        ),
      )),
  };
}
