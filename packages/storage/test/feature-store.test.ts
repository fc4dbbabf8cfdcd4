import { type FeatureRow, type FeatureStore, type VirtualOutcome, virtualExitReasons } from "@winiswin/application/ports/feature-store";
import { cycleIdOf } from "@winiswin/domain/cycle";
import { inMemoryFeatureStore } from "@winiswin/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFeatureStore } from "../src/feature-store.ts";
import { type EmulatedTables, startTables } from "./emulated-storage.ts";

let tables: EmulatedTables;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);
/** No smaller than what a table can hold; features of that size are 0. */
const float = fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => (Math.abs(value) < 1e-100 ? 0 : value));
const outcome: fc.Arbitrary<VirtualOutcome> = fc.oneof(
  fc.record({
    outcome: fc.constant("closed" as const),
    exitReason: fc.constantFrom(...virtualExitReasons),
    exitTimeMs: fc.nat(),
    resultR: float,
    mfeR: float,
    maeR: float,
    barsHeld: fc.nat(200),
  }),
  fc.record({ outcome: fc.constant("notEntered" as const), reason: fc.constantFrom("stopPassed", "targetPassed") }),
  fc.constant({ outcome: "lost" as const }),
);
const anyRow: fc.Arbitrary<FeatureRow> = fc.record({
  symbol: fc.constant("BTCUSDT"),
  cycleId: fc.nat(1_000_000).map((quarters) => cycleIdOf(closeTimeMs + quarters * 900_000)),
  strategy: fc.stringMatching(/^[a-z-]{1,12}$/),
  schemaVersion: fc.nat(9),
  direction: fc.constantFrom("long", "short"),
  regime: fc.constantFrom("trend", "range"),
  features: fc.option(fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,20}$/), float, { noNullPrototype: true }), { nil: undefined }),
  missing: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
  outcome: fc.option(outcome, { nil: undefined }),
});

async function rowsOf(store: FeatureStore): Promise<readonly FeatureRow[]> {
  const rows: FeatureRow[] = [];
  for await (const row of store.rows()) rows.push(row);
  return rows;
}

const stores: readonly (readonly [name: string, create: () => FeatureStore])[] = [
  ["the table", () => createFeatureStore(tables.table("Features"), () => 1095)],
  ["the fake of it", inMemoryFeatureStore],
];

describe.each(stores)("features in %s", (_name, create) => {
  it("come back exactly as they were recorded, and a second record changes nothing", async () => {
    const store = create();
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(anyRow, async (given) => {
        const symbol = `S${++tried}USDT`;
        const row = { ...given, symbol };
        expect(await store.record(row)).toBe(true);
        expect(await store.record({ ...row, regime: "other" })).toBe(false);
        const rows = await rowsOf(store);
        expect(rows.filter((one) => one.symbol === symbol)).toEqual([row]);
      }),
      { numRuns: 25 },
    );
  });

  it("get one end, the first; a row that is not there gets none", async () => {
    const store = create();
    const [row] = fc.sample(
      anyRow.map((one): FeatureRow => ({ ...one, symbol: "ONEUSDT", outcome: undefined })),
      { numRuns: 1, seed: 5 },
    );
    const ends = await (async () => {
      expect(await store.label(row!, { outcome: "lost" })).toBe(false);
      await store.record(row!);
      return Promise.all([store.label(row!, { outcome: "lost" }), store.label(row!, { outcome: "notEntered", reason: "stopPassed" })]);
    })();
    expect(ends.filter(Boolean)).toHaveLength(1);
    const [stored] = (await rowsOf(store)).filter(({ symbol }) => symbol === "ONEUSDT");
    expect(stored).toEqual({ ...row, outcome: ends[0] ? { outcome: "lost" } : { outcome: "notEntered", reason: "stopPassed" } });
  });

  it("are beside the positions that are followed, which are listed by symbol in the order of their cycles and never among the rows", async () => {
    const store = create();
    const position = (symbol: string, quarters: number) => ({
      symbol,
      strategy: "ict-smc",
      cycleId: cycleIdOf(closeTimeMs + quarters * 900_000),
      direction: "long" as const,
      stopPrice: 0.000012345,
      targetPrice: 123456.789,
      secondMultiple: 2,
      atr: 0.00001,
    });
    const before = (await rowsOf(store)).length;
    await store.follow(position("TWOUSDT", 2));
    await store.follow(position("TWOUSDT", 1));
    await store.follow(position("TWOUSDT", 1));
    await store.follow(position("THREEUSDT", 1));
    expect(await store.followed("TWOUSDT")).toEqual([position("TWOUSDT", 1), position("TWOUSDT", 2)]);
    await store.unfollow(position("TWOUSDT", 1));
    await store.unfollow(position("TWOUSDT", 1));
    expect(await store.followed("TWOUSDT")).toEqual([position("TWOUSDT", 2)]);
    expect(await rowsOf(store)).toHaveLength(before);
  });

  it("are summed by day and strategy as their virtual positions end, whoever adds at the same time", async () => {
    const store = create();
    const day = Date.UTC(2026, 10, 20, 23, 45);
    const results = [1.25, -1, 0, 0.5, -1.1];
    await Promise.all(results.map((resultR) => store.addResult({ strategy: "rsi", atMs: day, resultR })));
    await store.addResult({ strategy: "rsi", atMs: day + 3_600_000, resultR: -1 });
    await store.addResult({ strategy: "enhanced", atMs: day, resultR: 2 });

    const sums = { winners: 2, losers: 2, even: 1, wonR: 1.75, lostR: 2.1 };
    const none = { winners: 0, losers: 0, even: 0, wonR: 0, lostR: 0 };
    const next = { day: "2026-11-21", strategy: "rsi", ...none, losers: 1, lostR: 1 };
    expect(await store.resultsSince(day)).toEqual([
      { day: "2026-11-20", strategy: "enhanced", ...none, winners: 1, wonR: 2 },
      { day: "2026-11-20", strategy: "rsi", ...sums },
      next,
    ]);
    expect(await store.resultsSince(day + 3_600_000)).toEqual([next]);
    expect((await rowsOf(store)).filter(({ symbol }) => symbol.startsWith("#"))).toEqual([]);
  });
});
