import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { PositionStore, UnreadablePosition } from "@winiswin/application/ports/position-store";
import type { AbandonedEntry, Position } from "@winiswin/domain/position";
import { conditionHeld } from "./conditional-write.ts";
import { itemOfPosition, positionOfItem, unreadablePosition } from "./position-item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

/** Positions by bot; a change replaces the whole row under the condition of the version it was read with. */
export function createPositionStore({ client, tableName }: Table): PositionStore {
  async function rowsOf(bot: string) {
    const items = await queryAll(client, {
      TableName: tableName,
      KeyConditionExpression: "bot = :bot",
      ExpressionAttributeValues: { ":bot": bot },
      ConsistentRead: true,
    });
    const rows: (Position | AbandonedEntry)[] = [];
    const unreadable: UnreadablePosition[] = [];
    for (const item of items) {
      try {
        rows.push(positionOfItem(item));
      } catch (error) {
        unreadable.push(unreadablePosition(item, error));
      }
    }
    return { rows, unreadable };
  }

  return {
    create: (position) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: itemOfPosition(position),
            ConditionExpression: "attribute_not_exists(positionId)",
          }),
        ),
      ),

    async find(bot, positionId) {
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { bot, positionId }, ConsistentRead: true }));
      const found = Item === undefined ? undefined : positionOfItem(Item);
      return found?.state === "abandoned" ? undefined : found;
    },

    open: async (bot) => (await rowsOf(bot)).rows.filter((row) => row.state !== "abandoned"),
    abandoned: async (bot) => (await rowsOf(bot)).rows.filter((row) => row.state === "abandoned"),
    unreadable: async (bot) => (await rowsOf(bot)).unreadable,

    update: (position) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: itemOfPosition(position),
            ConditionExpression: "#version = :version",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":version": position.version - 1 },
          }),
        ),
      ),

    remove: ({ intent: { bot, positionId }, version }) =>
      conditionHeld(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: { bot, positionId },
            ConditionExpression: "#version = :version",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":version": version },
          }),
        ),
      ),
  };
}
