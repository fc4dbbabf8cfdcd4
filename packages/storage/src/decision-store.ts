import { BatchWriteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { DecisionStore } from "@winiswin/application/ports/decision-store";
import { type CycleId, closeTimeOfCycle } from "@winiswin/domain/cycle";
import { conditionHeld } from "./conditional-write.ts";
import { decisionOfItem, factsOfItem, itemOfFacts } from "./decision-item.ts";
import { expiresAt } from "./item.ts";
import { queryAll } from "./query-all.ts";
import type { Table } from "./table.ts";

/** As long as the cycles. */
const keptDays = 90;
/** The most that one batch may hold. */
const batchSize = 25;
const concurrentBatches = 8;
const longestPauseMs = 2_000;

const factsKey = (bot: string) => `facts#${bot}`;
const decisionPrefix = (bot: string) => `decision#${bot}#`;

/** Under each cycle one row per decision and bot, `decision#main#BTCUSDT#ict-smc`, and one row `facts#main` of what the ranking knew. */
export function createDecisionStore({ client, tableName }: Table): DecisionStore {
  async function facts(bot: string, cycleId: CycleId) {
    const key = { cycleId, decisionId: factsKey(bot) };
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
    return Item === undefined ? undefined : factsOfItem(Item);
  }

  /** A table that is warming up may take a part of a batch only; what is left is offered again, ever more slowly. */
  async function putBatch(items: readonly Record<string, unknown>[]): Promise<void> {
    let requests = items.map((Item) => ({ PutRequest: { Item } })) as NonNullable<BatchWriteRequests>;
    for (let pauseMs = 50; requests.length > 0; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
      requests = UnprocessedItems?.[tableName] ?? [];
      if (requests.length > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  const query = async (bot: string, cycleId: CycleId, prefix: string) => {
    const items = await queryAll(client, {
      TableName: tableName,
      KeyConditionExpression: "cycleId = :cycleId AND begins_with(decisionId, :prefix)",
      ExpressionAttributeValues: { ":cycleId": cycleId, ":prefix": `${decisionPrefix(bot)}${prefix}` },
      ConsistentRead: true,
    });
    return items.map(decisionOfItem).sort((first, second) => first.rank - second.rank);
  };

  return {
    facts,

    async keepFacts(bot, cycleId, given) {
      const isFirst = await conditionHeld(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              cycleId,
              decisionId: factsKey(bot),
              ...itemOfFacts(given),
              expiresAt: expiresAt(closeTimeOfCycle(cycleId), keptDays),
            },
            ConditionExpression: "attribute_not_exists(decisionId)",
          }),
        ),
      );
      return isFirst ? given : ((await facts(bot, cycleId)) ?? given);
    },

    async putAll(bot, cycleId, decisions) {
      const items = decisions.map((decision) => ({
        cycleId,
        decisionId: `${decisionPrefix(bot)}${decision.symbol}#${decision.strategy}`,
        ...decision,
        expiresAt: expiresAt(closeTimeOfCycle(cycleId), keptDays),
      }));
      const batches = Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
        items.slice(index * batchSize, (index + 1) * batchSize),
      );
      for (let start = 0; start < batches.length; start += concurrentBatches)
        await Promise.all(batches.slice(start, start + concurrentBatches).map(putBatch));
    },

    ofCycle: (bot, cycleId) => query(bot, cycleId, ""),
    ofSymbol: (bot, cycleId, symbol) => query(bot, cycleId, `${symbol}#`),
  };
}

type BatchWriteRequests = NonNullable<ConstructorParameters<typeof BatchWriteCommand>[0]["RequestItems"]>[string];
