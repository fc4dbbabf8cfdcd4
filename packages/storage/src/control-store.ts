import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ControlStore } from "@winiswin/application/ports/control-store";
import type { Logger } from "@winiswin/application/ports/logger";
import * as z from "zod";
import { conditionHeld, definedOnly, unlessConditionFailed } from "./conditional-write.ts";
import { absentOr, isoTime, parseItem, readableOf } from "./item.ts";
import { riskRecordsIn } from "./risk-records.ts";
import { symbolBlocksIn } from "./symbol-blocks.ts";
import type { Table } from "./table.ts";

const haltItem = z.object({ reason: z.string(), by: z.string(), atMs: z.number() });
const leaseItem = z.object({ holder: z.string(), fencing: z.number(), expiresAtMs: z.number() });
const frozenItem = z.object({ symbols: z.record(z.string(), z.unknown()) });
const freezeItem = z.object({ reason: z.string(), atMs: z.number() });

const closeRequestItem = z.object({ symbol: absentOr(z.string()), by: z.string(), reason: z.string(), atMs: z.number() });
const closeRequestsItem = z.object({ requests: z.record(z.string(), z.unknown()) });

const haltName = "halt";
const closeRequestsName = "closeRequests";
/** No symbol is called so. */
const everything = "*";
const frozenName = "frozenSymbols";
const leaseName = (name: string) => `lease#${name}`;

/**
 * One row per thing that is controlled; none of them ages out.
 *
 * Entries of a map are read one by one: of one that cannot be read, a freeze or a block is in force, and a wish to close is not acted on.
 */
export function createControlStore({ client, tableName }: Table, logger: Pick<Logger, "error">): ControlStore {
  async function read(name: string): Promise<unknown> {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { name }, ConsistentRead: true }));
    return Item;
  }

  /** Two writes, because an entry can only be set in a map that exists; each of them is harmless when repeated. */
  async function setInMap(name: string, map: string, key: string, entry: Readonly<Record<string, unknown>>): Promise<void> {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { name },
        UpdateExpression: "SET #map = if_not_exists(#map, :none)",
        ExpressionAttributeNames: { "#map": map },
        ExpressionAttributeValues: { ":none": {} },
      }),
    );
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { name },
        UpdateExpression: "SET #map.#key = :entry",
        ExpressionAttributeNames: { "#map": map, "#key": key },
        ExpressionAttributeValues: { ":entry": entry },
      }),
    );
  }

  return {
    ...symbolBlocksIn({ client, tableName }, logger),
    ...riskRecordsIn({ client, tableName }),

    async halt() {
      const item = await read(haltName);
      return item === undefined ? undefined : parseItem(haltItem, item, "the halt in Control");
    },

    async setHalt(halt) {
      await client.send(new PutCommand({ TableName: tableName, Item: { name: haltName, ...halt, at: isoTime(halt.atMs) } }));
    },

    async clearHalt() {
      await client.send(new DeleteCommand({ TableName: tableName, Key: { name: haltName } }));
    },

    async acquireLease(name, holder, nowMs, durationMs) {
      const expiresAtMs = nowMs + durationMs;
      const written = await unlessConditionFailed(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name: leaseName(name) },
            // The row stays for ever: if it vanished, the fencing number would start again and an old holder would look new.
            UpdateExpression: "SET holder = :holder, expiresAtMs = :expiresAtMs, heldUntil = :heldUntil ADD fencing :one",
            ConditionExpression: "attribute_not_exists(holder) OR expiresAtMs <= :now OR holder = :holder",
            ExpressionAttributeValues: {
              ":holder": holder,
              ":expiresAtMs": expiresAtMs,
              ":heldUntil": isoTime(expiresAtMs),
              ":one": 1,
              ":now": nowMs,
            },
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      if (written === undefined) return undefined;
      return { name, ...parseItem(leaseItem, written.Attributes, `the lease ${name} in Control`) };
    },

    async releaseLease(lease) {
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name: leaseName(lease.name) },
            UpdateExpression: "REMOVE holder, heldUntil SET expiresAtMs = :past",
            ConditionExpression: "holder = :holder AND fencing = :fencing",
            ExpressionAttributeValues: { ":past": 0, ":holder": lease.holder, ":fencing": lease.fencing },
          }),
        ),
      );
    },

    async frozenSymbols() {
      const item = await read(frozenName);
      if (item === undefined) return new Map();
      const { symbols } = parseItem(frozenItem, item, "the frozen symbols in Control");
      const readable = readableOf(
        Object.entries(symbols),
        ([symbol, entry]) => [symbol, parseItem(freezeItem, entry, `the freeze of ${symbol} in Control`).reason] as const,
        logger,
      );
      const unread = Object.keys(symbols).map((symbol) => [symbol, "it was frozen for a reason that cannot be read"] as const);
      return new Map([...unread, ...readable]);
    },

    freezeSymbol: (symbol, reason, atMs) => setInMap(frozenName, "symbols", symbol, { reason, atMs, at: isoTime(atMs) }),

    async unfreezeSymbol(symbol) {
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name: frozenName },
            UpdateExpression: "REMOVE symbols.#symbol",
            ConditionExpression: "attribute_exists(symbols.#symbol)",
            ExpressionAttributeNames: { "#symbol": symbol },
          }),
        ),
      );
    },

    requestClose: ({ symbol, by, reason, atMs }) =>
      setInMap(closeRequestsName, "requests", symbol ?? everything, definedOnly({ symbol, by, reason, atMs, at: isoTime(atMs) })),

    async closeRequests() {
      const item = await read(closeRequestsName);
      if (item === undefined) return [];
      const { requests } = parseItem(closeRequestsItem, item, "the close requests in Control");
      const readable = readableOf(
        Object.entries(requests),
        ([key, entry]) => parseItem(closeRequestItem, entry, `the wish to close ${key} in Control`),
        logger,
      );
      return readable
        .map(({ symbol, by, reason, atMs }) => ({ symbol, by, reason, atMs }))
        .sort((first, second) => first.atMs - second.atMs);
    },

    settleCloseRequest: ({ symbol, atMs }) =>
      conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { name: closeRequestsName },
            UpdateExpression: "REMOVE requests.#key",
            ConditionExpression: "requests.#key.atMs = :atMs",
            ExpressionAttributeNames: { "#key": symbol ?? everything },
            ExpressionAttributeValues: { ":atMs": atMs },
          }),
        ),
      ),
  };
}
