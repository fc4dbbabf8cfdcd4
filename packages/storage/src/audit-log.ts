import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { AuditLog } from "@winiswin/application/ports/audit-log";
import { type AuditHead, type AuditRecord, auditKinds, recordAfter, type StoredAuditRecord } from "@winiswin/domain/audit/audit-record";
import * as z from "zod";
import { conditionHeld, definedOnly } from "./conditional-write.ts";
import { absentOr, parseItem } from "./item.ts";
import type { Table } from "./table.ts";

const recordItem = z.strictObject({
  bot: z.string(),
  sequence: z.string(),
  number: z.number(),
  kind: z.enum(auditKinds),
  at: z.string(),
  cycleId: absentOr(z.string()),
  symbol: absentOr(z.string()),
  positionId: absentOr(z.string()),
  details: z.string(),
  former: z.string(),
  hash: z.string(),
});
const headItem = z.object({ number: z.number(), hash: z.string() });

/** Twelve digits sort as numbers do. */
const sequenceOf = (number: number): string => String(number).padStart(12, "0");
const headName = (bot: string): string => `auditHead#${bot}`;
/** Writers at the same time are few: the executor, the guard and a person. */
const attempts = 50;
const pageSize = 500;

/**
 * The chain as rows `bot` and `sequence`, each written on the condition that its place is free; the newest is noted in Control right
 * afterwards. Nobody waits for that note: one that is lost is made good by the next record.
 *
 * A process knows where it left off and reads the end again only when another one was first.
 */
export function createAuditLog({ client, tableName }: Table, control: Table, bot: string): AuditLog {
  let known: AuditHead | undefined;

  async function* rows(forward: boolean, limit?: number): AsyncGenerator<StoredAuditRecord> {
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "bot = :bot",
          ExpressionAttributeValues: { ":bot": bot },
          ScanIndexForward: forward,
          ConsistentRead: true,
          Limit: limit ?? pageSize,
          ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        }),
      );
      for (const item of page.Items ?? []) yield recordOf(item, bot);
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }

  async function newest(): Promise<AuditHead | undefined> {
    for await (const record of rows(false, 1)) return record;
    return undefined;
  }

  async function place(record: AuditRecord): Promise<boolean> {
    const written = await conditionHeld(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { sequence: sequenceOf(record.number), ...definedOnly({ ...record }) },
          ConditionExpression: "attribute_not_exists(#sequence)",
          ExpressionAttributeNames: { "#sequence": "sequence" },
        }),
      ),
    );
    if (written) return true;
    // The client repeats a request whose answer was lost: what stands there may be ours.
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { bot, sequence: sequenceOf(record.number) }, ConsistentRead: true }),
    );
    return Item?.hash === record.hash;
  }

  const note = ({ number, hash }: AuditHead): Promise<boolean> =>
    conditionHeld(
      control.client.send(
        new UpdateCommand({
          TableName: control.tableName,
          Key: { name: headName(bot) },
          UpdateExpression: "SET #number = :number, #hash = :hash",
          ConditionExpression: "attribute_not_exists(#number) OR #number < :number",
          ExpressionAttributeNames: { "#number": "number", "#hash": "hash" },
          ExpressionAttributeValues: { ":number": number, ":hash": hash },
        }),
      ),
    );

  async function append(entry: Parameters<AuditLog["append"]>[0]): Promise<AuditRecord> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const head = attempt === 0 && known !== undefined ? known : await newest();
      const record = recordAfter(head, bot, entry);
      if (!(await place(record))) continue;
      if (known === undefined || known.number < record.number) known = record;
      void note(record).catch(() => undefined);
      return record;
    }
    throw new Error(`the audit of ${bot} could not be continued: another writer was first ${attempts} times`);
  }

  return {
    bot,
    append,
    records: () => rows(true),
    latest: () => rows(false),
    async head() {
      const { Item } = await control.client.send(
        new GetCommand({ TableName: control.tableName, Key: { name: headName(bot) }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : parseItem(headItem, Item, `the audit head of ${bot} in Control`);
    },
  };
}

/** A row that cannot be read is no reason to stop a verification: it becomes a record that no hash fits. */
function recordOf(item: Record<string, unknown>, bot: string): StoredAuditRecord {
  const place = Number(item.sequence);
  const parsed = recordItem.safeParse(item);
  if (!parsed.success) return { bot, place, number: place, kind: "writeLost", at: "", details: "{}", former: "", hash: "unreadable" };
  const { sequence: _sequence, ...record } = parsed.data;
  return { ...record, place };
}
