import type { FeatureRow } from "./feature-row.ts";

/** What a dataset holds, as far as its rows tell. */
export interface DatasetCounts {
  readonly rows: number;
  /** Rows with all features; only these are exported. */
  readonly whole: number;
  readonly refused: number;
  /** How many rows each missing feature refused; a row may miss several. */
  readonly missing: Readonly<Record<string, number>>;
  readonly schemaVersions: Readonly<Record<string, number>>;
  /** Of all rows: how their virtual positions ended, `open` while they have not. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export function datasetCounts(rows: readonly FeatureRow[]): DatasetCounts {
  const whole = rows.filter(({ features }) => features !== undefined).length;
  return {
    rows: rows.length,
    whole,
    refused: rows.length - whole,
    missing: tally(rows.flatMap(({ missing }) => missing)),
    schemaVersions: tally(rows.map(({ schemaVersion }) => String(schemaVersion))),
    outcomes: tally(rows.map(({ outcome }) => (outcome?.outcome === "closed" ? outcome.exitReason : (outcome?.outcome ?? "open")))),
  };
}

/** Most frequent first. */
const tally = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)]
      .map(([name, members]) => [name, members.length] as const)
      .sort(([firstName, first], [secondName, second]) => second - first || (firstName < secondName ? -1 : 1)),
  );
