import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AttributeValue, DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { silentLogger } from "@winiswin/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControlStore } from "../src/control-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

const runbook = readFileSync(join(import.meta.dirname, "../../../docs/runbook.md"), "utf8");

/** What the runbook gives to the command line of AWS: the JSON of an option of one of its commands. */
function givenTo(command: string, option: string): Record<string, AttributeValue> {
  const given = new RegExp(`aws dynamodb ${command} .*--${option} '([^']+)'`).exec(runbook)?.[1];
  if (given === undefined) throw new Error(`the runbook has no ${command} with --${option}`);
  return JSON.parse(given) as Record<string, AttributeValue>;
}

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

test("the row that the runbook writes by hand halts, and deleting it resumes", async () => {
  const { client, tableName } = tables.table("Control");
  const store = createControlStore({ client, tableName }, silentLogger);

  await client.send(new PutItemCommand({ TableName: tableName, Item: givenTo("put-item", "item") }));
  expect(await store.halt()).toMatchObject({ reason: "by hand", by: "console" });

  await client.send(new DeleteItemCommand({ TableName: tableName, Key: givenTo("delete-item", "key") }));
  expect(await store.halt()).toBeUndefined();
});
