import { cycleIdOf } from "@winiswin/domain/cycle";
import { aTrade } from "@winiswin/testkit/trades";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { datasetCounts } from "../src/dataset-counts.ts";
import { datasetColumns, datasetRecords } from "../src/dataset-record.ts";
import { csvOf } from "../src/export/csv.ts";
import { jsonLinesOf } from "../src/export/json-lines.ts";
import { parquetOf } from "../src/export/parquet.ts";
import type { FeatureRow } from "../src/feature-row.ts";
import { featureNames, featureSchemaVersion } from "../src/features.ts";

const closeTimeMs = Date.UTC(2026, 10, 21, 10, 15);
const nothing = { trades: [], open: new Map(), signalsHashes: new Map() };

const aRow = (over: Partial<FeatureRow> = {}): FeatureRow => ({
  symbol: "BTCUSDT",
  cycleId: cycleIdOf(closeTimeMs),
  strategy: "ict-smc",
  schemaVersion: featureSchemaVersion,
  direction: "long",
  regime: "trend",
  features: Object.fromEntries(featureNames.map((name, index) => [name, index / 7])),
  missing: [],
  outcome: { outcome: "closed", exitReason: "stopLoss", exitTimeMs: closeTimeMs, resultR: -1, mfeR: 0.4, maeR: -0.9, barsHeld: 3 },
  ...over,
});

const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0);
const anyRow: fc.Arbitrary<FeatureRow> = fc
  .record({
    symbol: fc.oneof(fc.constantFrom("1000PEPEUSDT", "币安人生USDT"), fc.string({ minLength: 1 })),
    quarters: fc.nat(1000),
    strategy: fc.constantFrom("ict-smc", 'a,"strategy"\nof mine'),
    features: fc.tuple(...featureNames.map(() => value)),
    outcome: fc.option(
      fc.record({
        outcome: fc.constant("closed" as const),
        exitReason: fc.constantFrom("stopLoss", "takeProfit", "timeLimit"),
        exitTimeMs: fc.nat(),
        resultR: value,
        mfeR: value,
        maeR: value,
        barsHeld: fc.integer({ min: 1, max: 200 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ quarters, features, ...row }) =>
    aRow({
      ...row,
      cycleId: cycleIdOf(closeTimeMs + quarters * 900_000),
      features: Object.fromEntries(featureNames.map((name, index) => [name, features[index]!])),
    }),
  );

/** A CSV reader by the letter of RFC 4180, written for this test alone. */
function recordsOfCsv(csv: string): readonly (readonly (string | null)[])[] {
  const records: (string | null)[][] = [[]];
  const fieldForm = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  for (const [, content = "", end] of csv.matchAll(fieldForm)) {
    records.at(-1)!.push(content === "" ? null : content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

describe("an exported dataset", () => {
  it("comes back from CSV exactly", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 8 }), (rows) => {
        const records = datasetRecords(rows, nothing);
        const [header, ...lines] = recordsOfCsv(csvOf(datasetColumns, records));
        expect(header).toEqual(datasetColumns.map(({ name }) => name));
        const read = lines.map((line) =>
          Object.fromEntries(
            datasetColumns.map(({ name, type }, index) => [
              name,
              line[index] === null || type === "text" ? line[index] : Number(line[index]),
            ]),
          ),
        );
        expect(read).toEqual(records);
      }),
    );
  });

  it("comes back from JSON lines exactly", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 8 }), (rows) => {
        const records = datasetRecords(rows, nothing);
        const lines = jsonLinesOf(datasetColumns, records).split("\n");
        expect(lines.pop()).toBe("");
        expect(lines.map((line) => JSON.parse(line))).toEqual(records);
      }),
    );
  });

  it("comes back from Parquet exactly, nulls and letters of any script included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 30 }), async (rows) => {
        const records = datasetRecords(rows, nothing);
        const file = new Uint8Array(parquetOf(datasetColumns, records)).buffer;
        expect(await parquetReadObjects({ file })).toEqual(records);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the label of a row", () => {
  it("is the virtual position's when the signal was not executed", () => {
    const [record] = datasetRecords([aRow()], nothing);
    expect(record).toMatchObject({ labelSource: "virtual", resultR: -1, barsHeld: 3, exitReason: "stopLoss", virtualMfeR: 0.4 });
  });

  it("is the trade's when it was, beside what the virtual position did", () => {
    const trade = aTrade({ cycleId: cycleIdOf(closeTimeMs), strategy: "ict-smc" });
    const others = [aTrade({ symbol: "ETHUSDT" }), aTrade({ cycleId: cycleIdOf(closeTimeMs + 900_000) })];
    const rows = [aRow(), aRow({ strategy: "rsi" })];
    const records = datasetRecords(rows, { ...nothing, trades: [...others, trade], signalsHashes: new Map([[trade.cycleId, "abc"]]) });
    expect(records).toMatchObject([
      {
        strategy: "ict-smc",
        labelSource: "real",
        resultR: 1.899,
        barsHeld: 5,
        exitReason: "takeProfit",
        virtualResultR: -1,
        signalsHash: "abc",
      },
      { strategy: "rsi", labelSource: "virtual", resultR: -1, virtualResultR: -1 },
    ]);
  });

  it("is not there while the real position is open, whatever the virtual one did", () => {
    const open = new Map([["2026-11-21T10:15:00Z#BTCUSDT", "ict-smc"]]);
    expect(datasetRecords([aRow()], { ...nothing, open })).toMatchObject([{ labelSource: "real", resultR: null, virtualResultR: -1 }]);
  });
});

describe("the counts of a dataset", () => {
  it("name what was missing, and refused rows are never exported", () => {
    const rows = [
      aRow(),
      aRow({ symbol: "AUSDT", features: undefined, missing: ["deltaShare", "deltaScore"], outcome: undefined }),
      aRow({ symbol: "BUSDT", features: undefined, missing: ["deltaScore"], outcome: { outcome: "lost" } }),
    ];
    expect(datasetCounts(rows)).toEqual({
      rows: 3,
      whole: 1,
      refused: 2,
      missing: { deltaScore: 2, deltaShare: 1 },
      schemaVersions: { [featureSchemaVersion]: 3 },
      outcomes: { lost: 1, open: 1, stopLoss: 1 },
    });
    expect(datasetRecords(rows, nothing)).toHaveLength(1);
  });
});
