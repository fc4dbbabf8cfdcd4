import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Logger } from "@winiswin/application/ports/logger";
import type { SymbolBlock, SymbolBlocks } from "@winiswin/application/ports/symbol-block";
import { isInForce } from "@winiswin/domain/risk/symbol-block";
import * as z from "zod";
import { conditionHeld, definedOnly } from "./conditional-write.ts";
import { absentOr, isoTime, parseItem, readableOf } from "./item.ts";
import type { Table } from "./table.ts";

const blocksItem = z.object({ blocks: z.record(z.string(), z.unknown()) });
const blockItem = z.object({
  symbol: z.string(),
  strategy: absentOr(z.string()),
  reason: z.string(),
  by: z.string(),
  atMs: z.number(),
  untilMs: absentOr(z.number()),
});

const name = "symbolBlocks";
const keyOf = (symbol: string, strategy: string | undefined): string => (strategy === undefined ? symbol : `${symbol}#${strategy}`);

/** What its key says is blocked until somebody lifts it. */
function unreadBlock(key: string): SymbolBlock {
  const [symbol = key, strategy] = key.split("#");
  return { symbol, strategy, reason: "its block cannot be read", by: "winiswin", atMs: 0, untilMs: undefined };
}

/** The blocks in one row of Control: one read tells all of them. */
export function symbolBlocksIn({ client, tableName }: Table, logger: Pick<Logger, "error">): SymbolBlocks {
  async function stored() {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name }, ConsistentRead: true }));
    if (Item === undefined) return [];
    const { blocks } = parseItem(blocksItem, Item, "the symbol blocks in Control");
    const read = readableOf(
      Object.entries(blocks),
      ([key, entry]) => [key, parseItem(blockItem, entry, `the block ${key} in Control`)] as const,
      logger,
    );
    return [...new Map([...Object.keys(blocks).map((key) => [key, unreadBlock(key)] as const), ...read])];
  }

  return {
    symbolBlocks: async () => (await stored()).map(([, block]) => block),

    async blockSymbol(block) {
      // Two writes, because an entry can only be set in a map that exists; each of them is harmless when repeated.
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { name },
          UpdateExpression: "SET blocks = if_not_exists(blocks, :none)",
          ExpressionAttributeValues: { ":none": {} },
        }),
      );
      const { atMs, untilMs } = block;
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { name },
          UpdateExpression: "SET blocks.#key = :block",
          ExpressionAttributeNames: { "#key": keyOf(block.symbol, block.strategy) },
          ExpressionAttributeValues: {
            ":block": definedOnly({ ...block, at: isoTime(atMs), until: untilMs === undefined ? undefined : isoTime(untilMs) }),
          },
        }),
      );
      for (const [key, old] of await stored()) {
        if (isInForce(old, atMs) || old.untilMs === undefined) continue;
        await conditionHeld(
          client.send(
            new UpdateCommand({
              TableName: tableName,
              Key: { name },
              UpdateExpression: "REMOVE blocks.#key",
              // Whoever renewed it meanwhile keeps it.
              ConditionExpression: "blocks.#key.untilMs = :untilMs",
              ExpressionAttributeNames: { "#key": key },
              ExpressionAttributeValues: { ":untilMs": old.untilMs },
            }),
          ),
        );
      }
    },

    unblockSymbol: (symbol, strategy) =>
      conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name },
            UpdateExpression: "REMOVE blocks.#key",
            ConditionExpression: "attribute_exists(blocks.#key)",
            ExpressionAttributeNames: { "#key": keyOf(symbol, strategy) },
          }),
        ),
      ),
  };
}
