import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { RiskRecord } from "@winiswin/application/ports/risk-record";
import { usdt } from "@winiswin/domain/decimal";
import { silentLogger } from "@winiswin/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createControlStore } from "../src/control-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const marks = {
  day: "2026-11-21",
  dayStartEquity: usdt("10000.00000001"),
  dayLowestEquity: usdt("9700"),
  peakEquity: usdt("12000.500000000000000001"),
  equity: usdt("9800"),
  atMs: Date.UTC(2026, 10, 21, 12),
};
const record: RiskRecord = {
  bot: "main",
  version: 1,
  marks,
  history: {
    settled: { ...marks, dayLowestEquity: usdt("9900.1") },
    looks: [{ equity: usdt("9800"), askedAtMs: marks.atMs - 80, answeredAtMs: marks.atMs, resetsPeak: true }],
    transfers: [{ id: "7|1", amount: usdt("-12.5"), timeMs: marks.atMs - 9_000 }],
  },
  halts: [
    { code: "MAXIMUM_DRAWDOWN", reason: "equity fell", untilMs: undefined, sinceMs: 5 },
    { code: "STOP_LOSS_GUARD", reason: "four stops", untilMs: 9, sinceMs: 6 },
  ],
  drawdownHaltedAtMs: 5,
  drawdownRetractedAtMs: 6,
};
const firstRecord: RiskRecord = {
  ...record,
  bot: "other",
  history: { settled: undefined, looks: [], transfers: [] },
  halts: [],
  drawdownHaltedAtMs: undefined,
  drawdownRetractedAtMs: undefined,
};

test("what the protections remember comes back exactly, one bot apart from the other", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);

  expect(await store.riskRecord("main")).toBeUndefined();
  expect(await store.saveRiskRecord(record)).toBe(true);
  expect(await store.saveRiskRecord(firstRecord)).toBe(true);

  expect(await store.riskRecord("main")).toEqual(record);
  expect(await store.riskRecord("other")).toEqual(firstRecord);
});

test("a record from before looks were kept goes on from its marks", async () => {
  const { client, tableName } = tables.table("Control");
  const store = createControlStore(tables.table("Control"), silentLogger);
  await store.saveRiskRecord({ ...record, bot: "old" });
  await client.send(
    new UpdateCommand({ TableName: tableName, Key: { name: "risk#old" }, UpdateExpression: "REMOVE history, drawdownRetractedAtMs" }),
  );

  const old = await store.riskRecord("old");

  const history = { settled: marks, looks: [], transfers: [] };
  expect(old).toEqual({ ...record, bot: "old", history, drawdownRetractedAtMs: undefined });
  expect(await store.saveRiskRecord({ ...record, bot: "old", version: 2 })).toBe(true);
});

test("of many that change the same version exactly one wins", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  await store.saveRiskRecord({ ...record, bot: "contended" });

  const writes = Array.from({ length: 20 }, () => store.saveRiskRecord({ ...record, bot: "contended", version: 2 }));

  expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
  expect(await store.saveRiskRecord({ ...record, bot: "contended", version: 1 })).toBe(false);
  expect(await store.saveRiskRecord({ ...record, bot: "contended", version: 4 })).toBe(false);
});
