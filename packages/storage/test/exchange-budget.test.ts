import { afterAll, beforeAll, expect, test } from "vitest";
import { createExchangeBudget } from "../src/exchange-budget.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

const minuteMs = 60_000;
const minute = Date.UTC(2026, 10, 21, 10, 15);

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const budgetOf = (host: string) => createExchangeBudget(tables.table("Control"), host);

test("forty functions that reserve at once get exactly what fits below the ceiling", async () => {
  const budget = budgetOf("crowd");

  const answers = await Promise.all(Array.from({ length: 40 }, () => budget.reserve(minute, 70, 2_100)));

  expect(answers.filter(({ granted }) => granted)).toHaveLength(30);
  expect(answers.filter(({ granted }) => !granted).every(({ reservedWeight }) => reservedWeight > 2_030)).toBe(true);
  expect(await budget.reserve(minute, 250, 2_400)).toEqual({ granted: true, reservedWeight: 2_350, bannedUntilMs: undefined });
});

test("a new minute begins empty, and a late request of the old one counts in it", async () => {
  const budget = budgetOf("minutes");
  await budget.reserve(minute, 2_000, 2_100);

  const refused = await budget.reserve(minute, 200, 2_100);
  const next = await budget.reserve(minute + minuteMs, 200, 2_100);
  const late = await budget.reserve(minute, 50, 2_100);

  expect([refused.granted, next.granted, late.granted]).toEqual([false, true, true]);
  expect([next.reservedWeight, late.reservedWeight]).toEqual([200, 250]);
});

test("what the exchange counted itself raises the sum of its minute, and never lowers it", async () => {
  const budget = budgetOf("header");
  await budget.reserve(minute, 100, 2_100);

  await budget.raise(minute, 900);
  await budget.raise(minute, 400);
  await budget.raise(minute - minuteMs, 5_000);

  expect((await budget.reserve(minute, 10, 2_100)).reservedWeight).toBe(910);
});

test("of bans that many write at once the latest end wins, and every reservation tells it", async () => {
  const budget = budgetOf("ban");
  const ends = Array.from({ length: 30 }, (_, index) => minute + ((index * 7) % 30) * 1_000);

  await Promise.all(ends.map((untilMs) => budget.extendBan(untilMs, "429")));
  await budget.extendBan(minute - 1, "an old one");

  expect((await budget.reserve(minute, 1, 2_400)).bannedUntilMs).toBe(minute + 29_000);
  expect((await budgetOf("another host").reserve(minute, 1, 2_400)).bannedUntilMs).toBeUndefined();
});

test("what the firewall did is told by every reservation, each kind only ever later, in whatever order it is written", async () => {
  const budget = budgetOf("firewall");
  const untold = (await budget.reserve(minute, 1, 2_400)).firewall;

  await Promise.all([3, 1, 2].map((second) => budget.metFirewall?.("refused", minute + second, "403")));
  await budget.metFirewall?.("passed", minute + 9, "");
  await budget.metFirewall?.("passed", minute + 4, "");

  expect(untold).toBeUndefined();
  expect((await budget.reserve(minute, 1, 2_400)).firewall).toEqual({ refusedAtMs: minute + 3, passedAtMs: minute + 9 });
});

test("a ban can be known before anything was reserved", async () => {
  const budget = budgetOf("ban first");
  await budget.extendBan(minute + 5_000, "418");

  expect(await budget.reserve(minute, 70, 2_100)).toEqual({ granted: true, reservedWeight: 70, bannedUntilMs: minute + 5_000 });
});

test("more than the ceiling in one wish is never granted", async () => {
  expect(await budgetOf("greedy").reserve(minute, 5_000, 2_100)).toEqual({ granted: false, reservedWeight: 0, bannedUntilMs: undefined });
});
