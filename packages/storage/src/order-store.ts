import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { OrderStore } from "@winiswin/application/ports/order-store";
import { legs } from "@winiswin/domain/order";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { expiresAt, isoTime, parseItem } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

const keptDays = 180;

const orderItem = z.object({
  positionId: z.string(),
  clientOrderId: z.string(),
  bot: z.string(),
  symbol: z.string(),
  leg: z.enum(legs),
  revision: z.number(),
  request: z.string(),
  intendedAtMs: z.number(),
  outcomes: z.array(
    z.object({
      atMs: z.number(),
      outcome: z.enum(["accepted", "rejected", "unknown", "filled", "canceled", "absent"]),
      detail: z.string(),
    }),
  ),
});

/** Orders by position: the intention first, then every outcome appended to its list. */
export function createOrderStore({ client, tableName }: Table): OrderStore {
  return {
    intend: (order) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...order,
              intendedAt: isoTime(order.intendedAtMs),
              outcomes: [],
              expiresAt: expiresAt(order.intendedAtMs, keptDays),
            },
            ConditionExpression: "attribute_not_exists(clientOrderId)",
          }),
        ),
      ),

    async recordOutcome({ positionId, clientOrderId }, outcome) {
      const recorded = await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { positionId, clientOrderId },
            UpdateExpression: "SET #outcomes = list_append(#outcomes, :outcome)",
            ConditionExpression: "attribute_exists(clientOrderId)",
            ExpressionAttributeNames: { "#outcomes": "outcomes" },
            ExpressionAttributeValues: { ":outcome": [{ ...outcome, at: isoTime(outcome.atMs) }] },
          }),
        ),
      );
      if (!recorded) throw new Error(`The outcome "${outcome.outcome}" belongs to ${clientOrderId}, which was never intended`);
    },

    async ofPosition(positionId) {
      const items = await queryAll(client, {
        TableName: tableName,
        KeyConditionExpression: "positionId = :positionId",
        ExpressionAttributeValues: { ":positionId": positionId },
        ConsistentRead: true,
      });
      return items.map((item) => parseItem(orderItem, item, `an order of ${positionId}`));
    },
  };
}
