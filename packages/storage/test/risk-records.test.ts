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

const record: RiskRecord = {
  bot: "main",
  version: 1,
  marks: {
    day: "2026-11-21",
    dayStartEquity: usdt("10000.00000001"),
    dayLowestEquity: usdt("9700"),
    peakEquity: usdt("12000.5"),
    equity: usdt("9800"),
    atMs: Date.UTC(2026, 10, 21, 12),
  },
  halts: [
    { code: "MAXIMUM_DRAWDOWN", reason: "equity fell", untilMs: undefined, sinceMs: 5 },
    { code: "STOP_LOSS_GUARD", reason: "four stops", untilMs: 9, sinceMs: 6 },
  ],
  drawdownHaltedAtMs: 5,
};

test("what the protections remember comes back exactly, one bot apart from the other", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);

  expect(await store.riskRecord("main")).toBeUndefined();
  expect(await store.saveRiskRecord(record)).toBe(true);
  expect(await store.saveRiskRecord({ ...record, bot: "other", halts: [], drawdownHaltedAtMs: undefined })).toBe(true);

  expect(await store.riskRecord("main")).toEqual(record);
  expect(await store.riskRecord("other")).toEqual({ ...record, bot: "other", halts: [], drawdownHaltedAtMs: undefined });
});

test("of many that change the same version exactly one wins", async () => {
  const store = createControlStore(tables.table("Control"), silentLogger);
  await store.saveRiskRecord({ ...record, bot: "contended" });

  const writes = Array.from({ length: 20 }, () => store.saveRiskRecord({ ...record, bot: "contended", version: 2 }));

  expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
  expect(await store.saveRiskRecord({ ...record, bot: "contended", version: 1 })).toBe(false);
  expect(await store.saveRiskRecord({ ...record, bot: "contended", version: 4 })).toBe(false);
});
