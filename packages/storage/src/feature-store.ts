import { DeleteCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import {
  type FeatureRow,
  type FeatureStore,
  type RowKey,
  type VirtualPosition,
  virtualExitReasons,
} from "@winiswin/application/ports/feature-store";
import { closeTimeOfCycle, dayOf } from "@winiswin/domain/cycle";
import * as z from "zod";
import { conditionHeld } from "./conditional-write.ts";
import { cycleIdText, directionText, expiresAt, parseItem } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

const outcomeItem = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("closed"),
    exitReason: z.enum(virtualExitReasons),
    exitTimeMs: z.number(),
    resultR: z.number(),
    mfeR: z.number(),
    maeR: z.number(),
    barsHeld: z.number(),
  }),
  z.object({ outcome: z.literal("notEntered"), reason: z.enum(["stopPassed", "targetPassed"]) }),
  z.object({ outcome: z.literal("lost") }),
]);

const keyShape = { symbol: z.string(), cycleId: cycleIdText, strategy: z.string() };

const rowItem = z
  .object({
    ...keyShape,
    schemaVersion: z.number(),
    direction: directionText,
    regime: z.string(),
    features: z.record(z.string(), z.number()).optional(),
    missing: z.array(z.string()),
    outcome: outcomeItem.optional(),
  })
  .transform((item): FeatureRow => ({ ...item, features: item.features, outcome: item.outcome }));

const positionItem = z.object({
  ...keyShape,
  direction: directionText,
  stopPrice: z.number(),
  targetPrice: z.number(),
  // Those that were followed before there were tiers.
  secondMultiple: z.number().default(1.5),
  atr: z.number().default(0),
}) satisfies z.ZodType<VirtualPosition, unknown>;

/** No symbol is called so: one row per UTC day and strategy. */
const resultsKey = "#results";
const resultItem = z.object({
  rowId: z.string(),
  strategy: z.string(),
  winners: z.number(),
  losers: z.number(),
  even: z.number(),
  wonR: z.number(),
  lostR: z.number(),
});
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;

const rowPrefix = "row#";
const followedPrefix = "followed#";

const keyOf = (prefix: string, { symbol, cycleId, strategy }: RowKey) => ({ symbol, rowId: `${prefix}${cycleId}#${strategy}` });

/** A position is followed for 50 hours; one whose symbol is never analysed again must not stay for ever. */
const followedDays = 30;

/** Rows and followed positions of a symbol, side by side under different beginnings of the sort key; rows are kept for so many days. */
export function createFeatureStore({ client, tableName }: Table, keptDays: () => number): FeatureStore {
  const expiryOf = ({ cycleId }: RowKey, days: number) => ({ expiresAt: expiresAt(closeTimeOfCycle(cycleId), days) });
  return {
    record: ({ features, outcome, ...row }) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...row,
              ...keyOf(rowPrefix, row),
              ...(features === undefined ? {} : { features }),
              ...(outcome === undefined ? {} : { outcome }),
              ...expiryOf(row, keptDays()),
            },
            ConditionExpression: "attribute_not_exists(rowId)",
          }),
        ),
      ),

    async follow(position) {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...position, ...keyOf(followedPrefix, position), ...expiryOf(position, followedDays) },
        }),
      );
    },

    async followed(symbol) {
      const items = await queryAll(client, {
        TableName: tableName,
        KeyConditionExpression: "symbol = :symbol AND begins_with(rowId, :prefix)",
        ExpressionAttributeValues: { ":symbol": symbol, ":prefix": followedPrefix },
        ConsistentRead: true,
      });
      return items.map((item) => parseItem(positionItem, item, `a virtual position of ${symbol}`));
    },

    label: (key, outcome) =>
      conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(rowPrefix, key),
            UpdateExpression: "SET #outcome = :outcome",
            ConditionExpression: "attribute_exists(rowId) AND attribute_not_exists(#outcome)",
            ExpressionAttributeNames: { "#outcome": "outcome" },
            ExpressionAttributeValues: { ":outcome": outcome },
          }),
        ),
      ),

    async unfollow(key) {
      await client.send(new DeleteCommand({ TableName: tableName, Key: keyOf(followedPrefix, key) }));
    },

    async addResult({ strategy, atMs, resultR }) {
      const sums = { winners: resultR > 0 ? 1 : 0, losers: resultR < 0 ? 1 : 0, even: resultR === 0 ? 1 : 0 };
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { symbol: resultsKey, rowId: `${dayOf(atMs)}#${strategy}` },
          UpdateExpression:
            "SET strategy = :strategy, expiresAt = :expiresAt ADD winners :winners, losers :losers, even :even, wonR :wonR, lostR :lostR",
          ExpressionAttributeValues: {
            ":strategy": strategy,
            ":expiresAt": expiresAt(atMs, keptDays()),
            ":winners": sums.winners,
            ":losers": sums.losers,
            ":even": sums.even,
            // Sums of a table are exact up to 38 digits: more than nine behind the point say nothing.
            ":wonR": rounded(Math.max(0, resultR)),
            ":lostR": rounded(Math.max(0, -resultR)),
          },
        }),
      );
    },

    async resultsSince(sinceMs) {
      const items = await queryAll(client, {
        TableName: tableName,
        KeyConditionExpression: "symbol = :results AND rowId >= :since",
        ExpressionAttributeValues: { ":results": resultsKey, ":since": dayOf(sinceMs) },
      });
      return items.map((item) => {
        const { rowId, ...sums } = parseItem(resultItem, item, "the results of a day in Features");
        return { day: rowId.slice(0, 10), ...sums };
      });
    },

    async *rows() {
      let startKey: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName: tableName,
            FilterExpression: "begins_with(rowId, :prefix)",
            ExpressionAttributeValues: { ":prefix": rowPrefix },
            ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
          }),
        );
        for (const item of page.Items ?? []) yield parseItem(rowItem, item, "a row of the dataset");
        startKey = page.LastEvaluatedKey;
      } while (startKey !== undefined);
    },
  };
}
