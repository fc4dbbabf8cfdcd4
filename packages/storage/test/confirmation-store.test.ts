import { afterAll, beforeAll, expect, test } from "vitest";
import { createConfirmationStore } from "../src/confirmation-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const confirmation = {
  id: "0011223344556677",
  command: "close",
  options: { symbol: "BTCUSDT" },
  operator: "discord:7",
  expiresAtMs: 100_000,
};
const anna = "discord:7";

test("of many clicks at once one takes the confirmation, and only its own repetition takes it again", async () => {
  const store = createConfirmationStore(tables.table("Control"));
  await store.open(confirmation);
  await store.open({ ...confirmation, expiresAtMs: 999_999_999 });

  const clicks = await Promise.all(
    Array.from({ length: 8 }, (_, index) => store.take(confirmation.id, { operator: anna, askId: `click-${index}` }, 50_000)),
  );

  const winner = clicks.findIndex(({ outcome }) => outcome === "taken");
  expect(clicks.filter(({ outcome }) => outcome === "taken")).toEqual([{ outcome: "taken", confirmation }]);
  expect(clicks.filter(({ outcome }) => outcome === "spent")).toHaveLength(7);
  expect(await store.take(confirmation.id, { operator: anna, askId: `click-${winner}` }, 500_000)).toMatchObject({ outcome: "taken" });
});

test("it ends at its time, belongs to one person, and must have been opened", async () => {
  const store = createConfirmationStore(tables.table("Control"));
  await store.open({ ...confirmation, id: "aaaa223344556677" });

  expect(await store.take("aaaa223344556677", { operator: "discord:8", askId: "x" }, 5)).toEqual({ outcome: "foreign" });
  expect(await store.take("aaaa223344556677", { operator: anna, askId: "x" }, 100_000)).toEqual({ outcome: "expired" });
  expect(await store.take("aaaa223344556677", { operator: anna, askId: "x" }, 99_999)).toMatchObject({ outcome: "taken" });
  expect(await store.take("bbbb223344556677", { operator: anna, askId: "x" }, 5)).toEqual({ outcome: "unknown" });
});
