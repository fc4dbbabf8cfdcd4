import { afterAll, beforeAll, expect, test } from "vitest";
import { createNotificationMemory } from "../src/notification-memory.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

test("what was told and who has a message is remembered", async () => {
  const memory = createNotificationMemory(tables.table("Control"));
  const repetition = { toldAtMs: 1000, times: 2, suppressed: 7, nextAtMs: 5000 };

  expect(await memory.repetition("SymbolFrozen BTCUSDT")).toBeUndefined();
  await memory.keepRepetition("SymbolFrozen BTCUSDT", repetition);
  await memory.keepTaken("m1", ["telegram", "telegram"], 5);

  expect(await memory.repetition("SymbolFrozen BTCUSDT")).toEqual(repetition);
  expect(await memory.takenBy("m1")).toEqual(new Set(["telegram"]));
  expect(await memory.takenBy("m2")).toEqual(new Set());
});

test("a month has as many text messages as its cap, however many are asked for at once", async () => {
  const memory = createNotificationMemory(tables.table("Control"));

  const counted = await Promise.all(Array.from({ length: 12 }, () => memory.countTextMessage("2026-11", 5)));

  expect(counted.filter((isCounted) => isCounted)).toHaveLength(5);
  expect(await memory.countTextMessage("2026-12", 5)).toBe(true);
  expect(await memory.countTextMessage("2027-01", 0)).toBe(false);
});
