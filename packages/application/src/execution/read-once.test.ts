import { anInstrument } from "@winiswin/testkit";
import { expect, it } from "vitest";
import { readOnce } from "./read-once.ts";

function store(failures = 0) {
  let reads = 0;
  let list = [anInstrument({ symbol: "BTCUSDT" })];
  return {
    reads: () => reads,
    async load() {
      if (++reads <= failures) throw new Error("the object store is away");
      return list;
    },
    async save(given: readonly (typeof list)[number][]) {
      list = [...given];
    },
  };
}

it("reads once, also when two ask at the same time", async () => {
  const behind = store();
  const once = readOnce(behind);

  await Promise.all([once.load(), once.load()]);
  await once.load();

  expect(behind.reads()).toBe(1);
});

it("reads again after it was written, and after it could not be read", async () => {
  const behind = store(1);
  const once = readOnce(behind);

  await expect(once.load()).rejects.toThrow("away");
  expect(await once.load()).toHaveLength(1);
  await once.save([]);

  expect(await once.load()).toEqual([]);
});
