import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ConfirmationStore } from "@winiswin/application/ports/confirmation-store";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { expiresAt, isoTime, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

/** After its end it tells for a day what a late click was about. */
const keptDays = 1;

const confirmationItem = z.object({
  command: z.string(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  operator: z.string(),
  expiresAtMs: z.number(),
  takenBy: z.string().optional(),
});

const nameOf = (id: string): string => `confirmation#${id}`;

/** Confirmations as rows of the table of controls; the click that takes one is one conditional write. */
export const createConfirmationStore = ({ client, tableName }: Table): ConfirmationStore => ({
  async open({ id, ...confirmation }) {
    await conditionHeld(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: {
            name: nameOf(id),
            ...confirmation,
            until: isoTime(confirmation.expiresAtMs),
            expiresAt: expiresAt(confirmation.expiresAtMs, keptDays),
          },
          ConditionExpression: "attribute_not_exists(#name)",
          ExpressionAttributeNames: { "#name": "name" },
        }),
      ),
    );
  },

  async take(id, { operator, askId }, nowMs) {
    const isTaken = await conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { name: nameOf(id) },
          UpdateExpression: "SET takenBy = :askId",
          // Its own repetition after a crash wins again: what it does is harmless to do twice, and not doing it would not be.
          ConditionExpression: "#operator = :operator AND (takenBy = :askId OR (attribute_not_exists(takenBy) AND expiresAtMs > :now))",
          ExpressionAttributeNames: { "#operator": "operator" },
          ExpressionAttributeValues: { ":askId": askId, ":operator": operator, ":now": nowMs },
        }),
      ),
    );
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name: nameOf(id) }, ConsistentRead: true }));
    if (Item === undefined) return { outcome: "unknown" };
    const { takenBy, ...stored } = parseItem(confirmationItem, Item, `the confirmation ${id} in Control`);
    if (isTaken) return { outcome: "taken", confirmation: { id, ...stored } };
    if (stored.operator !== operator) return { outcome: "foreign" };
    return { outcome: takenBy === undefined ? "expired" : "spent" };
  },
});
