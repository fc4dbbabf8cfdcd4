import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Cycle, CycleStore, ShardReport } from "@winiswin/application/ports/cycle-store";
import { type CycleId, closeTimeOfCycle, dayOf } from "@winiswin/domain/cycle";
import { conditionHeld, definedOnly, settingAll, unlessConditionFailed } from "./conditional-write.ts";
import { cycleOfItem } from "./cycle-item.ts";
import { expiresAt, isoTime } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

const keptDays = 90;
const dayMs = 86_400_000;
/** Today alone, then the days before it fifteen at a time. */
const dayGroups = [
  [0],
  ...Array.from({ length: keptDays / 15 }, (_, group) => Array.from({ length: 15 }, (_, day) => 1 + 15 * group + day)),
];

const keyOf = (cycleId: CycleId) => ({ day: dayOf(closeTimeOfCycle(cycleId)), cycleId });

/** Cycles by UTC day of their close; what each shard reports is one entry of the map `shards`. */
export function createCycleStore({ client, tableName }: Table): CycleStore {
  async function find(cycleId: CycleId): Promise<Cycle | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: keyOf(cycleId), ConsistentRead: true }));
    return Item === undefined ? undefined : cycleOfItem(Item);
  }

  /** Sets attributes when the condition holds; the names `#status` and `#cycleId` may be used in it. */
  const setWhen = (
    cycleId: CycleId,
    condition: string,
    attributes: Record<string, unknown>,
    conditionValues: Record<string, unknown> = {},
  ) => {
    const update = settingAll(attributes);
    const names = { ...update.ExpressionAttributeNames };
    for (const name of ["status", "cycleId", "news", "publishedAtMs", "executionStartedAtMs"]) {
      if (condition.includes(`#${name}`)) names[`#${name}`] = name;
    }
    return conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(cycleId),
          ...update,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...conditionValues },
          ConditionExpression: condition,
        }),
      ),
    );
  };

  return {
    find,

    create: (cycle) =>
      conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...keyOf(cycle.cycleId),
              closeTimeMs: cycle.closeTimeMs,
              status: "dispatched",
              shardCount: cycle.shardCount,
              symbols: cycle.symbols,
              dispatchedAtMs: cycle.dispatchedAtMs,
              dispatchedAt: isoTime(cycle.dispatchedAtMs),
              shards: {},
              expiresAt: expiresAt(cycle.closeTimeMs, keptDays),
            },
            ConditionExpression: "attribute_not_exists(cycleId)",
          }),
        ),
      ),

    async reportShard(cycleId, report) {
      const written = await unlessConditionFailed(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(cycleId),
            UpdateExpression: "SET #shards.#shard = :report",
            ConditionExpression: "attribute_exists(cycleId) AND attribute_not_exists(#shards.#shard)",
            ExpressionAttributeNames: { "#shards": "shards", "#shard": String(report.shard) },
            ExpressionAttributeValues: { ":report": attributesOf(report) },
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      if (written?.Attributes !== undefined) return cycleOfItem(written.Attributes);
      const cycle = await find(cycleId);
      if (cycle === undefined) throw new Error(`Shard ${report.shard} reports about the cycle ${cycleId}, which does not exist`);
      return cycle;
    },

    recordNews: (cycleId, news) =>
      setWhen(cycleId, "attribute_exists(#cycleId) AND attribute_not_exists(#news)", { news: definedOnly({ ...news }) }),

    markAnalyzed: (cycleId, facts) =>
      setWhen(
        cycleId,
        "#status = :dispatched",
        { status: "analyzed", ...facts, analyzedAt: isoTime(facts.analyzedAtMs) },
        { ":dispatched": "dispatched" },
      ),

    async markPublished(cycleId, publishedAtMs) {
      await setWhen(cycleId, "attribute_exists(#cycleId) AND attribute_not_exists(#publishedAtMs)", {
        publishedAtMs,
        publishedAt: isoTime(publishedAtMs),
      });
    },

    async markExecutionStarted(cycleId, executionStartedAtMs) {
      await setWhen(cycleId, "attribute_exists(#cycleId) AND attribute_not_exists(#executionStartedAtMs)", {
        executionStartedAtMs,
        executionStartedAt: isoTime(executionStartedAtMs),
      });
    },

    markExecuted: (cycleId, facts) =>
      setWhen(
        cycleId,
        "#status = :analyzed",
        { status: "executed", ...facts, executedAt: isoTime(facts.executedAtMs) },
        { ":analyzed": "analyzed" },
      ),

    async latest(limit, beforeMs) {
      // Ids have no milliseconds, so "before" is rounded up to the second to stay exact as text.
      const before = isoTime(Math.ceil(beforeMs / 1000) * 1000).replace(".000Z", "Z");
      const ofDay = (daysBack: number) =>
        queryAll(
          client,
          {
            TableName: tableName,
            KeyConditionExpression: "#day = :day AND #cycleId < :before",
            ExpressionAttributeNames: { "#day": "day", "#cycleId": "cycleId" },
            ExpressionAttributeValues: { ":day": dayOf(beforeMs - daysBack * dayMs), ":before": before },
            ScanIndexForward: false,
          },
          limit,
        );
      const cycles: Cycle[] = [];
      // A young or long silent system has mostly empty days: they are asked side by side.
      for (const group of dayGroups) {
        if (cycles.length >= limit) break;
        const days = await Promise.all(group.map(ofDay));
        cycles.push(...days.flat().map(cycleOfItem));
      }
      return cycles.slice(0, limit);
    },
  };
}

/** A missing attribute is how a table says undefined, inside of a report as well. */
const attributesOf = ({ held, ...report }: ShardReport): Record<string, unknown> =>
  definedOnly({ ...report, held: held?.map((view) => definedOnly({ ...view })) });
