import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { verifyAudit } from "@winiswin/application/audit/verify-audit";
import type { AuditLog } from "@winiswin/application/ports/audit-log";
import type { AuditEntry } from "@winiswin/domain/audit/audit-record";
import { allOf } from "@winiswin/testkit/all-of";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuditLog } from "../src/audit-log.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const logOf = (bot: string) => createAuditLog(tables.table("Audit"), tables.table("Control"), bot);

const entry = (details: string, over: Partial<AuditEntry> = {}): AuditEntry => ({
  kind: "orderIntended",
  at: "2026-11-21T10:15:05.000Z",
  symbol: "BTCUSDT",
  details,
  ...over,
});

async function chainOf(bot: string, count: number): Promise<void> {
  const log = logOf(bot);
  for (let number = 1; number <= count; number++) await log.append(entry(`{"number":${number}}`));
  await expect.poll(async () => (await log.head())?.number).toBe(count);
}

test("records come back as they were appended, oldest first or newest first, one bot apart from the other", async () => {
  const log = logOf("first");
  await log.append(entry("{}", { cycleId: "2026-11-21T10:15:00Z", positionId: "p", kind: "positionCreated" }));
  await log.append(entry('{"a":1e-9}'));
  await logOf("second").append(entry("{}"));

  const records = await allOf(log.records());

  expect(records).toMatchObject([
    { number: 1, place: 1, kind: "positionCreated", cycleId: "2026-11-21T10:15:00Z", positionId: "p", details: "{}" },
    { number: 2, place: 2, kind: "orderIntended", symbol: "BTCUSDT", details: '{"a":1e-9}', former: records[0]?.hash },
  ]);
  expect((await allOf(log.latest())).map(({ number }) => number)).toEqual([2, 1]);
  expect(await verifyAudit(log)).toMatchObject({ sound: 2, defect: undefined });
});

test("writers at the same time get places one after the other, and none is lost", async () => {
  const writers = Array.from({ length: 8 }, () => logOf("contended"));

  const write = async (log: AuditLog, writer: number) => {
    for (let turn = 0; turn < 6; turn++) await log.append(entry(`{"who":"${writer}-${turn}"}`));
  };
  await Promise.all(writers.map(write));

  const told = (await allOf(logOf("contended").records())).map(({ details }) => details);
  expect(new Set(told).size).toBe(48);
  expect(await verifyAudit(logOf("contended"))).toMatchObject({ sound: 48, defect: undefined });
});

test.each([
  ["details", '{"number":99}'],
  ["at", "2026-11-21T10:15:06.000Z"],
  ["symbol", "ETHUSDT"],
  ["kind", "halted"],
  ["kind", "never heard of"],
  ["hash", "0"],
  ["former", "0"],
  ["number", 7],
  ["added", "something"],
])("a row whose %s was changed to %s is named", async (attribute, value) => {
  const bot = `tampered ${attribute} ${value}`;
  await chainOf(bot, 4);
  const { client, tableName } = tables.table("Audit");
  await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { bot, sequence: "000000000003" },
      UpdateExpression: "SET #attribute = :value",
      ExpressionAttributeNames: { "#attribute": attribute },
      ExpressionAttributeValues: { ":value": value },
    }),
  );

  expect(await verifyAudit(logOf(bot))).toMatchObject({ sound: 2, defect: { number: 3, defect: "altered" } });
});

test.each([1, 2, 4])("the row %i that was deleted is missed", async (number) => {
  const bot = `deleted ${number}`;
  await chainOf(bot, 4);
  const { client, tableName } = tables.table("Audit");
  await client.send(new DeleteCommand({ TableName: tableName, Key: { bot, sequence: `00000000000${number}` } }));

  expect(await verifyAudit(logOf(bot))).toMatchObject({ sound: number - 1, defect: { number, defect: "missing" } });
});

test("a process that died between a record and the note of it leaves a whole chain, and the next one goes on", async () => {
  const control = tables.table("Control");
  const dying = { ...control, client: { send: () => Promise.reject(new Error("died")) } } as unknown as typeof control;
  await chainOf("interrupted", 1);

  await createAuditLog(tables.table("Audit"), dying, "interrupted").append(entry("{}"));

  expect(await logOf("interrupted").head()).toMatchObject({ number: 1 });
  expect(await verifyAudit(logOf("interrupted"))).toMatchObject({ sound: 2, defect: undefined });
  await logOf("interrupted").append(entry("{}"));
  expect(await verifyAudit(logOf("interrupted"))).toMatchObject({ sound: 3, defect: undefined });
});
